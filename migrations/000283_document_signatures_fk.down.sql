alter table document_signatures drop constraint document_signatures_document_fkey;

update schema_migrations set dirty = false;
