drop index api_answers_begun_idx;

update schema_migrations set dirty = false;
