alter table card_import_rows drop constraint card_import_rows_import_fkey;

update schema_migrations set dirty = false;
