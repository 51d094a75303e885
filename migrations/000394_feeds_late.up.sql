-- When those on duty were told that the source is late; null while it is on time.
alter table feeds add column late_told_at timestamptz;

update schema_migrations set dirty = false;
