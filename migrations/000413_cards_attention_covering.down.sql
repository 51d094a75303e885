drop index cards_attention_idx;

update schema_migrations set dirty = false;
