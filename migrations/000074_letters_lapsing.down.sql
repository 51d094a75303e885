drop index letters_expires_idx;

update schema_migrations set dirty = false;
