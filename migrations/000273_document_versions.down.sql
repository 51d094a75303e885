drop table document_versions;

update schema_migrations set dirty = false;
