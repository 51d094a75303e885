alter table document_links drop constraint document_links_document_fkey;

update schema_migrations set dirty = false;
