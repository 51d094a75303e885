alter table card_versions add constraint card_versions_card_fkey foreign key (org_id, card_id) references cards (org_id, id);

update schema_migrations set dirty = false;
