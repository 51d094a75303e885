alter table org_product_groups drop constraint org_product_groups_group_fkey;

update schema_migrations set dirty = false;
