create index cards_group_idx on cards (group_id, org_id);

update schema_migrations set dirty = false;
