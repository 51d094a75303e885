-- The list of an organization, the latest change first.
create index support_requests_list_idx on support_requests (org_id, changed_at, id);

update schema_migrations set dirty = false;
