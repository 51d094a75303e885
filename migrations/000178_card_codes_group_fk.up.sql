alter table card_codes add constraint card_codes_group_fkey foreign key (group_id) references product_groups (id);

update schema_migrations set dirty = false;
