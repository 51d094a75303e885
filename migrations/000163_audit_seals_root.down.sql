delete from audit_seals where n = 0;

update schema_migrations set dirty = false;
