drop table card_claims;

update schema_migrations set dirty = false;
