create index api_answers_begun_idx on api_answers (begun_at);

update schema_migrations set dirty = false;
