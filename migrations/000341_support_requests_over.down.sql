drop index support_requests_over_idx;

update schema_migrations set dirty = false;
