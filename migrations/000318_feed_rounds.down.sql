drop table feed_rounds;

update schema_migrations set dirty = false;
