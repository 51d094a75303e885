create index receipts_terminal_idx on receipts (org_id, terminal, issued_at, id);

update schema_migrations set dirty = false;
