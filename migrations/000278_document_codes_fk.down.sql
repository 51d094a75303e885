alter table document_codes drop constraint document_codes_document_fkey;

update schema_migrations set dirty = false;
