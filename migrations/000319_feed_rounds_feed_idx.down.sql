drop index feed_rounds_feed_idx;

update schema_migrations set dirty = false;
