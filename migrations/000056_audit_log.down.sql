drop table audit_log;

update schema_migrations set dirty = false;
