drop index support_requests_tally_idx;

update schema_migrations set dirty = false;
