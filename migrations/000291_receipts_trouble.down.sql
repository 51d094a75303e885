drop index receipts_trouble_idx;

update schema_migrations set dirty = false;
