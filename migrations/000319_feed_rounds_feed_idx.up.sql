create index feed_rounds_feed_idx on feed_rounds (feed_id, at);

update schema_migrations set dirty = false;
