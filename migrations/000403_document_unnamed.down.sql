drop table document_unnamed;

update schema_migrations set dirty = false;
