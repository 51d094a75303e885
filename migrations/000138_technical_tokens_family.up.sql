create index technical_tokens_family_idx on technical_tokens (family);

update schema_migrations set dirty = false;
