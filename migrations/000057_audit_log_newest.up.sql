-- The operator reads the newest lines of all organizations.
create index audit_log_id_idx on audit_log (id desc);

update schema_migrations set dirty = false;
