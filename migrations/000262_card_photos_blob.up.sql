-- Copies of a card share the files of its photos.
create index card_photos_blob_idx on card_photos (org_id, blob_id);

update schema_migrations set dirty = false;
