alter table cards drop constraint cards_org_fkey;

update schema_migrations set dirty = false;
