drop table support_answers;

update schema_migrations set dirty = false;
