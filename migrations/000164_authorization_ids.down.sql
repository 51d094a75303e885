drop sequence authorization_ids;

update schema_migrations set dirty = false;
