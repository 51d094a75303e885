drop index support_requests_due_idx;

update schema_migrations set dirty = false;
