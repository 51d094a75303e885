alter table places drop constraint places_org_fkey;

update schema_migrations set dirty = false;
