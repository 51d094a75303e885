drop sequence blob_ids;

update schema_migrations set dirty = false;
