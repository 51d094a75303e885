drop index agreements_open_key;

update schema_migrations set dirty = false;
