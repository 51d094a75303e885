-- The list of a period, of all groups or of the reader's, and its totals without reading the receipts.
create index receipts_time_idx on receipts (org_id, issued_at, id) include (total, trouble, kind, groups);

update schema_migrations set dirty = false;
