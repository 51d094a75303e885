drop index member_places_place_idx;

update schema_migrations set dirty = false;
