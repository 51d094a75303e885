drop table accounts;

update schema_migrations set dirty = false;
