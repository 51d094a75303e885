drop index receipts_sale_idx;

update schema_migrations set dirty = false;
