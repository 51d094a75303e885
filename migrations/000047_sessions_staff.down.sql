drop index sessions_staff_idx;

update schema_migrations set dirty = false;
