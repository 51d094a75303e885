create index feed_deliveries_received_idx on feed_deliveries (feed_id, received_at);

update schema_migrations set dirty = false;
