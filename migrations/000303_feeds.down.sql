drop table feeds;

update schema_migrations set dirty = false;
