create index feed_replays_feed_idx on feed_replays (feed_id, id);

update schema_migrations set dirty = false;
