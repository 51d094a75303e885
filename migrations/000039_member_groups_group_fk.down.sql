alter table member_groups drop constraint member_groups_group_fkey;

update schema_migrations set dirty = false;
