-- Whose files may go.
create index card_imports_stored_idx on card_imports (created_at) where blob_id is not null;

update schema_migrations set dirty = false;
