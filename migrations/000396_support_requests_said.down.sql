drop index support_requests_said_idx;

update schema_migrations set dirty = false;
