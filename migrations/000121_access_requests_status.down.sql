drop index access_requests_status_idx;

update schema_migrations set dirty = false;
