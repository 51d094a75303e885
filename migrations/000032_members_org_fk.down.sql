alter table members drop constraint members_org_fkey;

update schema_migrations set dirty = false;
