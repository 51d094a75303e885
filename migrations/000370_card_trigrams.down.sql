drop function card_trigrams(bigint, text);

update schema_migrations set dirty = false;
