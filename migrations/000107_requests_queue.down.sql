drop index requests_status_idx;

update schema_migrations set dirty = false;
