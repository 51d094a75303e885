create sequence eds_signature_ids as bigint;

update schema_migrations set dirty = false;
