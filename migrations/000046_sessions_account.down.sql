drop index sessions_account_idx;

update schema_migrations set dirty = false;
