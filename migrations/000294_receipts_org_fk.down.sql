alter table receipts drop constraint receipts_org_fkey;

update schema_migrations set dirty = false;
