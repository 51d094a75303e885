alter table member_places drop constraint member_places_member_fkey;

update schema_migrations set dirty = false;
