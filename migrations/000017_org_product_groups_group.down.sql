drop index org_product_groups_group_idx;

update schema_migrations set dirty = false;
