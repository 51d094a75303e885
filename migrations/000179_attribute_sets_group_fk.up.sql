alter table attribute_sets add constraint attribute_sets_group_fkey foreign key (group_id) references product_groups (id);

update schema_migrations set dirty = false;
