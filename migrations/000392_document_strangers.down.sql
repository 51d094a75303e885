drop table document_strangers;

update schema_migrations set dirty = false;
