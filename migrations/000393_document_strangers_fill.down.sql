delete from document_strangers;

update schema_migrations set dirty = false;
