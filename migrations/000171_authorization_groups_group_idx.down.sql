drop index authorization_groups_group_idx;

update schema_migrations set dirty = false;
