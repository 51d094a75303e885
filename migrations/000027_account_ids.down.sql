drop sequence account_ids;

update schema_migrations set dirty = false;
