-- What the job of reminders and expiry looks for.
create index api_keys_lapsing_idx on api_keys (expires_at) where ended_at is null;

update schema_migrations set dirty = false;
