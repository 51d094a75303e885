create index receipts_sale_idx on receipts (org_id, sale_id) where sale_id is not null;

update schema_migrations set dirty = false;
