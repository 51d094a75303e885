-- What is closed or withdrawn, for staff: the latest change first.
create index support_requests_over_idx on support_requests (changed_at, org_id, id) where closed_at is not null;

update schema_migrations set dirty = false;
