drop index receipts_codes_idx;

update schema_migrations set dirty = false;
