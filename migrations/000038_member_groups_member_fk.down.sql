alter table member_groups drop constraint member_groups_member_fkey;

update schema_migrations set dirty = false;
