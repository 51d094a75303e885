drop index feed_replays_feed_idx;

update schema_migrations set dirty = false;
