-- One account is the main one.
create unique index bank_accounts_main_key on bank_accounts (org_id) where is_main;

update schema_migrations set dirty = false;
