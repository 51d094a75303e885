create index documents_fold_idx on documents using gin (fold gin_trgm_ops);

update schema_migrations set dirty = false;
