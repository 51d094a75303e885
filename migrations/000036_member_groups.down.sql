drop table member_groups;

update schema_migrations set dirty = false;
