create index receipts_sign_idx on receipts (org_id, fiscal_sign);

update schema_migrations set dirty = false;
