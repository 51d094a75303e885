alter table document_versions drop constraint document_versions_document_fkey;

update schema_migrations set dirty = false;
