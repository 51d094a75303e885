drop table code_imports;

update schema_migrations set dirty = false;
