drop sequence org_ids;

update schema_migrations set dirty = false;
