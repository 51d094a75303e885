drop index maintenance_windows_ahead_idx;

update schema_migrations set dirty = false;
