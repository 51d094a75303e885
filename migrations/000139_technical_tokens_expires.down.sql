drop index technical_tokens_expires_idx;

update schema_migrations set dirty = false;
