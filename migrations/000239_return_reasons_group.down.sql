drop index return_reasons_group_idx;

update schema_migrations set dirty = false;
