drop table document_signatures;

update schema_migrations set dirty = false;
