alter table document_codes drop column mark;

update schema_migrations set dirty = false;
