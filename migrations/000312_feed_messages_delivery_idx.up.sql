create index feed_messages_delivery_idx on feed_messages (delivery_id, position);

update schema_migrations set dirty = false;
