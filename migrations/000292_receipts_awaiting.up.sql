-- Returns that came before their sale.
create index receipts_awaiting_idx on receipts (org_id, sale_sign) where kind = 'return' and sale_id is null;

update schema_migrations set dirty = false;
