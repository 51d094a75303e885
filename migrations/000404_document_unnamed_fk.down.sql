alter table document_unnamed drop constraint document_unnamed_document_fkey;

update schema_migrations set dirty = false;
