drop index audit_log_seal_idx;

update schema_migrations set dirty = false;
