create index member_groups_group_idx on member_groups (org_id, group_id);

update schema_migrations set dirty = false;
