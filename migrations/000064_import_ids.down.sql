drop sequence import_ids;

update schema_migrations set dirty = false;
