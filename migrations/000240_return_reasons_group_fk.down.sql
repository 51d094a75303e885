alter table return_reasons drop constraint return_reasons_group_fkey;

update schema_migrations set dirty = false;
