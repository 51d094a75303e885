drop table place_imports;

update schema_migrations set dirty = false;
