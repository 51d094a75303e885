-- AICs in a state, the oldest first, as the list and Home ask, and how many there are in
-- each: without reading those that are over, of which an importer has ten thousands.
create index aics_state_idx on aics (org_id, status, formed_on, id) include (group_id);

update schema_migrations set dirty = false;
