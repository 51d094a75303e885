drop index organizations_status_idx;

update schema_migrations set dirty = false;
