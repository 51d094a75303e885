drop index feed_deliveries_feed_idx;

update schema_migrations set dirty = false;
