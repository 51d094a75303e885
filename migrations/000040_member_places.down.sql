drop table member_places;

update schema_migrations set dirty = false;
