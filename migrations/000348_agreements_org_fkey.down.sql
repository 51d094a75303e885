alter table agreements drop constraint agreements_org_fkey;

update schema_migrations set dirty = false;
