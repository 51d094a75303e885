drop table audit_seals;

update schema_migrations set dirty = false;
