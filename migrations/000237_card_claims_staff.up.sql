-- What one of the staff has before them.
create index card_claims_staff_idx on card_claims (staff_id, held_until);

update schema_migrations set dirty = false;
