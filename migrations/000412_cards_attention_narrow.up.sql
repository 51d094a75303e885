-- cards_attention_idx comes back with the columns that are counted in it.
drop index cards_attention_idx;

update schema_migrations set dirty = false;
