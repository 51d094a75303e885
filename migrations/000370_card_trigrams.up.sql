-- The groups of three letters in what a card is searched by, as numbers that few
-- other organizations have: an index of them is one index of words for each
-- organization, more or less. A number for each organization alone would make six
-- times as many entries. Those that begin with a blank or a digit tell little: every
-- number of a card has a dozen.
--
-- The body is parsed here, so no search_path decides what it calls. It is dear
-- beside a comparison of texts, and the planner shall know it.
create function card_trigrams(org_id bigint, fold text) returns bigint[]
    language sql immutable strict parallel safe cost 1000
    return array(select ((org_id & 1023) << 24) | (hashtext(t) & 16777215) from unnest(show_trgm(fold)) t where t >= 'a' collate "C");

update schema_migrations set dirty = false;
