drop index members_name_idx;

update schema_migrations set dirty = false;
