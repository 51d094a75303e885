drop index support_requests_title_idx;

update schema_migrations set dirty = false;
