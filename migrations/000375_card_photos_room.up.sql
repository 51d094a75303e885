-- What the photos of an organization take is summed up in the index; copies of a
-- card share files.
create index card_photos_room_idx on card_photos (org_id, blob_id) include (bytes);

update schema_migrations set dirty = false;
