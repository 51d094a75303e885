drop sequence member_ids;

update schema_migrations set dirty = false;
