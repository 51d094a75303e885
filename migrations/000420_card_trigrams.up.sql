-- The groups of three letters in what a card is searched by, as numbers that no
-- other organization has: an index of them is one index of words for each
-- organization. The body is parsed here, so no search_path decides what it calls.
-- It is dear beside a comparison of texts, and the planner shall know it.
create function card_trigrams(org_id bigint, fold text) returns bigint[]
    language sql immutable strict parallel safe cost 1000
    return array(select (org_id << 24) | (hashtext(t) & 16777215) from unnest(show_trgm(fold)) t);

update schema_migrations set dirty = false;
