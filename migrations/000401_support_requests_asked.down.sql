drop index support_requests_asked_idx;

update schema_migrations set dirty = false;
