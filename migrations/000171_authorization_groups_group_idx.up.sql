create index authorization_groups_group_idx on authorization_groups (org_id, group_id);

update schema_migrations set dirty = false;
