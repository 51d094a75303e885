drop index cards_fold_idx;

update schema_migrations set dirty = false;
