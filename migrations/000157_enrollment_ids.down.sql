drop sequence enrollment_ids;

update schema_migrations set dirty = false;
