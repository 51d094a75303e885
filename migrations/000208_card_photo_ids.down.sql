drop sequence card_photo_ids;

update schema_migrations set dirty = false;
