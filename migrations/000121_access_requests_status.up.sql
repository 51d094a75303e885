create index access_requests_status_idx on access_requests (org_id, status, id desc);

update schema_migrations set dirty = false;
