drop table org_product_groups;

update schema_migrations set dirty = false;
