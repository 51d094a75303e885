drop table card_codes;

update schema_migrations set dirty = false;
