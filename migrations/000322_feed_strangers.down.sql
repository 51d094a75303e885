drop table feed_strangers;

update schema_migrations set dirty = false;
