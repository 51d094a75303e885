create index rate_limits_window_idx on rate_limits (window_start);

update schema_migrations set dirty = false;
