alter table register_entries drop constraint register_entries_org_fkey;

update schema_migrations set dirty = false;
