-- Receipts are asked for by their number, with or without the terminal.
create index receipts_number_idx on receipts (org_id, number);

update schema_migrations set dirty = false;
