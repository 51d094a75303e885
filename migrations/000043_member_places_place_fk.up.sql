alter table member_places add constraint member_places_place_fkey foreign key (org_id, place_id) references places (org_id, id);

update schema_migrations set dirty = false;
