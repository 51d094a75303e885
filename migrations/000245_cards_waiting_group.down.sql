drop index cards_waiting_group_idx;

update schema_migrations set dirty = false;
