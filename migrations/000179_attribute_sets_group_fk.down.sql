alter table attribute_sets drop constraint attribute_sets_group_fkey;

update schema_migrations set dirty = false;
