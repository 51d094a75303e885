-- Whose files are a day old.
create index card_exports_finished_idx on card_exports (finished_at) where blob_id is not null;

update schema_migrations set dirty = false;
