drop index cards_group_idx;

update schema_migrations set dirty = false;
