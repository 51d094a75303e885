delete from product_groups;

update schema_migrations set dirty = false;
