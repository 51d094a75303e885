create index org_product_groups_group_idx on org_product_groups (group_id);

update schema_migrations set dirty = false;
