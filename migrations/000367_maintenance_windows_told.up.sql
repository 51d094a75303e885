-- When members were told of a window: at announce_at, or soon after.
alter table maintenance_windows add column told_at timestamptz;

update schema_migrations set dirty = false;
