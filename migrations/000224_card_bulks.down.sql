drop table card_bulks;

update schema_migrations set dirty = false;
