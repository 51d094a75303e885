drop index support_requests_number_idx;

update schema_migrations set dirty = false;
