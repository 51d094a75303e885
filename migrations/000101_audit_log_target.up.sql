-- The history of one thing.
create index audit_log_target_idx on audit_log (org_id, target, id);

update schema_migrations set dirty = false;
