create index sessions_account_idx on sessions (account_id) where account_id is not null;

update schema_migrations set dirty = false;
