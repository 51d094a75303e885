drop table document_links;

update schema_migrations set dirty = false;
