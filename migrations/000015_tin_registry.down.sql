drop table tin_registry;

update schema_migrations set dirty = false;
