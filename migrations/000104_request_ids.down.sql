drop sequence request_ids;

update schema_migrations set dirty = false;
