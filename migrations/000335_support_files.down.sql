drop table support_files;

update schema_migrations set dirty = false;
