drop index api_keys_open_key;

update schema_migrations set dirty = false;
