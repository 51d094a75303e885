-- What an organization has to answer, the first deadline first.
create index documents_waiting_idx on documents (org_id, deadline_at, id) where answer = 'waiting';

update schema_migrations set dirty = false;
