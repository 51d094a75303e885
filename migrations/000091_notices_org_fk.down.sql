alter table notices drop constraint notices_org_fkey;

update schema_migrations set dirty = false;
