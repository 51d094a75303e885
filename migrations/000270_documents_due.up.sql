-- What is accepted, or reminded of, next in the whole portal.
create index documents_due_idx on documents (deadline_at) where answer = 'waiting';

update schema_migrations set dirty = false;
