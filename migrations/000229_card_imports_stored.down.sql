drop index card_imports_stored_idx;

update schema_migrations set dirty = false;
