drop index audit_log_target_idx;

update schema_migrations set dirty = false;
