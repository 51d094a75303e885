drop index card_photos_card_idx;

update schema_migrations set dirty = false;
