create index card_photos_dropped_idx on card_photos (dropped_at) where dropped_at is not null;

update schema_migrations set dirty = false;
