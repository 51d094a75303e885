drop table feed_replays;

update schema_migrations set dirty = false;
