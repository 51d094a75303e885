create index cards_fold_idx on cards using gin (fold gin_trgm_ops);

update schema_migrations set dirty = false;
