alter table card_photos add constraint card_photos_card_fkey foreign key (org_id, card_id) references cards (org_id, id);

update schema_migrations set dirty = false;
