drop table letter_key_registry;

update schema_migrations set dirty = false;
