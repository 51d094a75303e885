drop table person_registry;

update schema_migrations set dirty = false;
