-- Receipts that do not fit are few, and what people look for.
create index receipts_trouble_idx on receipts (org_id, issued_at, id) include (kind, total, trouble) where trouble <> 0;

update schema_migrations set dirty = false;
