create sequence api_key_ids;

update schema_migrations set dirty = false;
