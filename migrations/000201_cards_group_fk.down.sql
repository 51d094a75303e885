alter table cards drop constraint cards_group_fkey;

update schema_migrations set dirty = false;
