drop sequence bank_account_ids;

update schema_migrations set dirty = false;
