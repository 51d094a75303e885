create index catalogue_fold_idx on catalogue using gin (fold gin_trgm_ops);

update schema_migrations set dirty = false;
