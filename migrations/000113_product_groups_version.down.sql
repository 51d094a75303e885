alter table product_groups drop column version;

update schema_migrations set dirty = false;
