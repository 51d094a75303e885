drop table api_answers;

update schema_migrations set dirty = false;
