drop index receipts_time_idx;

update schema_migrations set dirty = false;
