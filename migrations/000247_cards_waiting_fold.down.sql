drop index cards_waiting_fold_idx;

update schema_migrations set dirty = false;
