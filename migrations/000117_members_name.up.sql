-- The order of the list.
create index members_name_idx on members (org_id, name, id);

update schema_migrations set dirty = false;
