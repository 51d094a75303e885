create index maintenance_windows_ahead_idx on maintenance_windows (ends_at) where called_off_at is null;

update schema_migrations set dirty = false;
