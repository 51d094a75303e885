drop index document_codes_mark_idx;

update schema_migrations set dirty = false;
