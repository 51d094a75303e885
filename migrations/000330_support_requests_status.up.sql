-- What waits for organizations or is over, for staff: the latest change first.
create index support_requests_status_idx on support_requests (status, changed_at, org_id, id);

update schema_migrations set dirty = false;
