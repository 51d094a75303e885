alter table documents drop constraint documents_org_fkey;

update schema_migrations set dirty = false;
