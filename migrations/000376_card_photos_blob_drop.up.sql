-- card_photos_room_idx answers what this was for.
drop index card_photos_blob_idx;

update schema_migrations set dirty = false;
