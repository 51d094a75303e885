drop index letters_id_idx;

update schema_migrations set dirty = false;
