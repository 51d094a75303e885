drop index cards_words_idx;

update schema_migrations set dirty = false;
