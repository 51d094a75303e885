delete from feeds;

update schema_migrations set dirty = false;
