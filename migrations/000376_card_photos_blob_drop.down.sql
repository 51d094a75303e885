create index card_photos_blob_idx on card_photos (org_id, blob_id);

update schema_migrations set dirty = false;
