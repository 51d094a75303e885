drop index receipts_terminal_idx;

update schema_migrations set dirty = false;
