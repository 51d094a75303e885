drop index catalogue_fold_idx;

update schema_migrations set dirty = false;
