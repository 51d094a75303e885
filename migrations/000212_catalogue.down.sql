drop table catalogue;

update schema_migrations set dirty = false;
