drop table bank_accounts;

update schema_migrations set dirty = false;
