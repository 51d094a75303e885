alter table authorizations drop constraint authorizations_org_fkey;

update schema_migrations set dirty = false;
