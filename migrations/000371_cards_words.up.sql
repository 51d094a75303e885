-- Searches for words in the cards of an organization: they cost what is found
-- there, however many cards others have with the same word.
create index cards_words_idx on cards using gin (card_trigrams(org_id, fold));

update schema_migrations set dirty = false;
