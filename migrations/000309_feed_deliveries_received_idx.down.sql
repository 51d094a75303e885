drop index feed_deliveries_received_idx;

update schema_migrations set dirty = false;
