drop table document_codes;

update schema_migrations set dirty = false;
