drop table login_registry;

update schema_migrations set dirty = false;
