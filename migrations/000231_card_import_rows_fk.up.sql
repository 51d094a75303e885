alter table card_import_rows add constraint card_import_rows_import_fkey foreign key (org_id, import_id) references card_imports (org_id, id);

update schema_migrations set dirty = false;
