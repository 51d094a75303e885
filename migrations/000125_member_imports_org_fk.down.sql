alter table member_imports drop constraint member_imports_org_fkey;

update schema_migrations set dirty = false;
