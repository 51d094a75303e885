drop table document_answers;

update schema_migrations set dirty = false;
