drop index receipts_awaiting_idx;

update schema_migrations set dirty = false;
