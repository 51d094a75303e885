alter table support_requests drop constraint support_requests_org_fkey;

update schema_migrations set dirty = false;
