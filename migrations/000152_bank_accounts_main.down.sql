drop index bank_accounts_main_key;

update schema_migrations set dirty = false;
