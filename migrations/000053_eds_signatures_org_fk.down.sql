alter table eds_signatures drop constraint eds_signatures_org_fkey;

update schema_migrations set dirty = false;
