drop index feed_messages_delivery_idx;

update schema_migrations set dirty = false;
