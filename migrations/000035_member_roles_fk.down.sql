alter table member_roles drop constraint member_roles_member_fkey;

update schema_migrations set dirty = false;
