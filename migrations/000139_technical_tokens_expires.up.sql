-- What the cleaning job looks for.
create index technical_tokens_expires_idx on technical_tokens (expires_at);

update schema_migrations set dirty = false;
