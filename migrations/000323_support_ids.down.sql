drop sequence support_ids;

update schema_migrations set dirty = false;
