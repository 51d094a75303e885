drop table invitation_key_registry;

update schema_migrations set dirty = false;
