drop table card_imports;

update schema_migrations set dirty = false;
