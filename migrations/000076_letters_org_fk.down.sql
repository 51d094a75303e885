alter table letters drop constraint letters_org_fkey;

update schema_migrations set dirty = false;
