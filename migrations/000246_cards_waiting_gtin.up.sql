-- Waiting cards by the first digits of their number.
create index cards_waiting_gtin_idx on cards (gtin text_pattern_ops) where editing = 'moderation';

update schema_migrations set dirty = false;
