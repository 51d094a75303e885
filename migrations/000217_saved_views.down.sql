drop table saved_views;

update schema_migrations set dirty = false;
