-- What a source is told next.
create index document_answers_next_idx on document_answers (next_at, document_id) where delivered_at is null and refused = '';

update schema_migrations set dirty = false;
