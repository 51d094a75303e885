-- The order of the list.
create index places_name_idx on places (org_id, name, id);

update schema_migrations set dirty = false;
