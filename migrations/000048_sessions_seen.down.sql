drop index sessions_last_seen_idx;

update schema_migrations set dirty = false;
