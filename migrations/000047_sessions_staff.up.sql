create index sessions_staff_idx on sessions (staff_id) where staff_id is not null;

update schema_migrations set dirty = false;
