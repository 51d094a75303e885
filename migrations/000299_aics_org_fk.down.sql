alter table aics drop constraint aics_org_fkey;

update schema_migrations set dirty = false;
