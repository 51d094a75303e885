-- Searches for words in the cards of an organization that has many: it is joined
-- with an index by organization.
create index cards_fold_idx on cards using gin (fold gin_trgm_ops);

update schema_migrations set dirty = false;
