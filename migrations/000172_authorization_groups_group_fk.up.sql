alter table authorization_groups add constraint authorization_groups_group_fkey foreign key (org_id, group_id) references org_product_groups (org_id, group_id);

update schema_migrations set dirty = false;
