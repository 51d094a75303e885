drop index api_keys_lapsing_idx;

update schema_migrations set dirty = false;
