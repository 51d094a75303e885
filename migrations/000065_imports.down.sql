drop table imports;

update schema_migrations set dirty = false;
