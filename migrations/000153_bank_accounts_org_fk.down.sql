alter table bank_accounts drop constraint bank_accounts_org_fkey;

update schema_migrations set dirty = false;
