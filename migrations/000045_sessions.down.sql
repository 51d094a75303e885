drop table sessions;

update schema_migrations set dirty = false;
