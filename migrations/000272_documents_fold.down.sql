drop index documents_fold_idx;

update schema_migrations set dirty = false;
