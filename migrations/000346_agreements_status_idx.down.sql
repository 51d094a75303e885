drop index agreements_status_idx;

update schema_migrations set dirty = false;
