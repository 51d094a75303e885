-- The operator's desk: what waits by age, what ended the newest first.
create index agreements_status_idx on agreements (status, id);

update schema_migrations set dirty = false;
