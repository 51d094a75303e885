drop table api_keys;

update schema_migrations set dirty = false;
