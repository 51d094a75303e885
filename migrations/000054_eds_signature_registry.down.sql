drop table eds_signature_registry;

update schema_migrations set dirty = false;
