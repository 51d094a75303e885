drop table card_decisions;

update schema_migrations set dirty = false;
