drop index authorizations_expires_idx;

update schema_migrations set dirty = false;
