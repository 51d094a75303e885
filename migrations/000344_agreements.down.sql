drop table agreements;

update schema_migrations set dirty = false;
