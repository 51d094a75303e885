drop index support_requests_closes_idx;

update schema_migrations set dirty = false;
