alter table org_product_groups add constraint org_product_groups_group_fkey foreign key (group_id) references product_groups (id);

update schema_migrations set dirty = false;
