drop index card_claims_staff_idx;

update schema_migrations set dirty = false;
