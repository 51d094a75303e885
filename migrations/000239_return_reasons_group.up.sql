create index return_reasons_group_idx on return_reasons (group_id);

update schema_migrations set dirty = false;
