drop table document_lines;

update schema_migrations set dirty = false;
