drop index document_answers_next_idx;

update schema_migrations set dirty = false;
