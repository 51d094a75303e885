drop index support_requests_created_idx;

update schema_migrations set dirty = false;
