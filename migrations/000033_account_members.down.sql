drop table account_members;

update schema_migrations set dirty = false;
