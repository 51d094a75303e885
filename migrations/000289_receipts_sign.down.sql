drop index receipts_sign_idx;

update schema_migrations set dirty = false;
