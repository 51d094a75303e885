create index member_places_place_idx on member_places (org_id, place_id);

update schema_migrations set dirty = false;
