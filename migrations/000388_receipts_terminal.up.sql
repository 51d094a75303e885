-- The same of one terminal.
create index receipts_terminal_idx on receipts (org_id, terminal, issued_at, id) include (total, trouble, kind, groups);

update schema_migrations set dirty = false;
