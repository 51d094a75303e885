alter table import_complaints drop constraint import_complaints_import_fkey;

update schema_migrations set dirty = false;
