drop table member_roles;

update schema_migrations set dirty = false;
