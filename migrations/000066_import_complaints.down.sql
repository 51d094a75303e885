drop table import_complaints;

update schema_migrations set dirty = false;
