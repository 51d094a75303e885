alter table return_reasons add constraint return_reasons_group_fkey foreign key (group_id) references product_groups (id);

update schema_migrations set dirty = false;
