drop index card_photos_room_idx;

update schema_migrations set dirty = false;
