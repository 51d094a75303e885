drop index card_imports_moving_idx;

update schema_migrations set dirty = false;
