drop index card_exports_finished_idx;

update schema_migrations set dirty = false;
