create index card_photos_card_idx on card_photos (org_id, card_id);

update schema_migrations set dirty = false;
