alter table audit_log drop column seal;

update schema_migrations set dirty = false;
