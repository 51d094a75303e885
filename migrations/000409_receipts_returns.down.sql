drop index receipts_returns_idx;

update schema_migrations set dirty = false;
