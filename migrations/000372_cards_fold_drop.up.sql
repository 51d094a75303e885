-- cards_words_idx answers what this was for.
drop index cards_fold_idx;

update schema_migrations set dirty = false;
