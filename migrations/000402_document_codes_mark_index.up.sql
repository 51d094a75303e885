-- By which documents a code came: receipts ask.
create index document_codes_mark_idx on document_codes (org_id, mark);

update schema_migrations set dirty = false;
