-- Since when no version names a photo any more: it goes a day later.
alter table card_photos add column dropped_at timestamptz;

update schema_migrations set dirty = false;
