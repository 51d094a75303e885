drop index rate_limits_window_idx;

update schema_migrations set dirty = false;
