drop index card_photos_dropped_idx;

update schema_migrations set dirty = false;
