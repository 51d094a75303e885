alter table authorization_groups drop constraint authorization_groups_group_fkey;

update schema_migrations set dirty = false;
