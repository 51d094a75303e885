drop sequence email_change_ids;

update schema_migrations set dirty = false;
