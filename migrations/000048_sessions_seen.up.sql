-- The cleaner walks from the oldest.
create index sessions_last_seen_idx on sessions (last_seen);

update schema_migrations set dirty = false;
