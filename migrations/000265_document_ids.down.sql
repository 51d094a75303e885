drop sequence document_ids;

update schema_migrations set dirty = false;
