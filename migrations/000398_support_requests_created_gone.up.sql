-- support_requests_tally_idx begins the same way.
drop index support_requests_created_idx;

update schema_migrations set dirty = false;
