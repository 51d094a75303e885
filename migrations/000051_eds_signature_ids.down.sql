drop sequence eds_signature_ids;

update schema_migrations set dirty = false;
