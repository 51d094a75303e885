drop sequence audit_ids;

update schema_migrations set dirty = false;
