drop index support_requests_status_idx;

update schema_migrations set dirty = false;
