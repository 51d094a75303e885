drop table product_groups;

update schema_migrations set dirty = false;
