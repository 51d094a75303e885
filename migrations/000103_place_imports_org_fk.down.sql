alter table place_imports drop constraint place_imports_org_fkey;

update schema_migrations set dirty = false;
