alter table requests drop constraint requests_org_fkey;

update schema_migrations set dirty = false;
