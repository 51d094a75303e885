alter table email_changes drop constraint email_changes_org_fkey;

update schema_migrations set dirty = false;
