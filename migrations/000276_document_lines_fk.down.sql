alter table document_lines drop constraint document_lines_document_fkey;

update schema_migrations set dirty = false;
