drop index technical_tokens_family_idx;

update schema_migrations set dirty = false;
