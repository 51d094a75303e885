create sequence bank_account_ids as bigint;

update schema_migrations set dirty = false;
