-- The list of a period, and its totals without reading the receipts.
create index receipts_time_idx on receipts (org_id, issued_at, id) include (kind, total, trouble);

update schema_migrations set dirty = false;
