alter table catalogue add constraint catalogue_card_fkey foreign key (org_id, card_id) references cards (org_id, id);

update schema_migrations set dirty = false;
