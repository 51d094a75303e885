-- Returns are few, and looked for over long times.
create index receipts_returns_idx on receipts (org_id, issued_at, id) include (total, trouble, kind, groups) where kind = 'return';

update schema_migrations set dirty = false;
