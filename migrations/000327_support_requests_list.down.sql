drop index support_requests_list_idx;

update schema_migrations set dirty = false;
