drop table authorization_groups;

update schema_migrations set dirty = false;
