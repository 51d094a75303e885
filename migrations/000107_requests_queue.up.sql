-- The operator's queue: open ones by age, others by number.
create index requests_status_idx on requests (status, id);

update schema_migrations set dirty = false;
