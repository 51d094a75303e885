drop index letters_status_idx;

update schema_migrations set dirty = false;
