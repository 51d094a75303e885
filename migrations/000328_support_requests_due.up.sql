-- The operator's queue, the nearest deadline first.
create index support_requests_due_idx on support_requests (due_at, org_id, id) where due_at is not null;

update schema_migrations set dirty = false;
