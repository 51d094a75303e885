drop index card_photos_blob_idx;

update schema_migrations set dirty = false;
