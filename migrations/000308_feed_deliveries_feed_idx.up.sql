create index feed_deliveries_feed_idx on feed_deliveries (feed_id, id);

update schema_migrations set dirty = false;
