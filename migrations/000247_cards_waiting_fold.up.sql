-- Waiting cards by a part of their name.
create index cards_waiting_fold_idx on cards using gin (fold gin_trgm_ops) where editing = 'moderation';

update schema_migrations set dirty = false;
