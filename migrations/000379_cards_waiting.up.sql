-- The groups of what waits, in the order of card_versions_waiting_idx.
create index cards_waiting_idx on cards (org_id, id) include (group_id) where editing = 'moderation';

update schema_migrations set dirty = false;
