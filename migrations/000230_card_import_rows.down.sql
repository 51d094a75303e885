drop table card_import_rows;

update schema_migrations set dirty = false;
