alter table org_product_groups add constraint org_product_groups_org_fkey foreign key (org_id) references organizations (org_id);

update schema_migrations set dirty = false;
