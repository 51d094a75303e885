drop sequence notice_ids;

update schema_migrations set dirty = false;
