drop table authorizations;

update schema_migrations set dirty = false;
