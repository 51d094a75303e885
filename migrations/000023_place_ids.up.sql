-- The place's id is shown, copied and used in APIs as a 32-bit businessPlaceId (domain.md 2.2).
create sequence place_ids as integer start with 5001;

update schema_migrations set dirty = false;
