drop index audit_log_id_idx;

update schema_migrations set dirty = false;
