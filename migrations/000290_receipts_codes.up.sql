-- One entry for each code, eight bytes of its hash instead of some 31 of text.
create index receipts_codes_idx on receipts using gin (codes);

update schema_migrations set dirty = false;
