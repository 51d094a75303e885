-- The queue of one product group.
create index cards_waiting_group_idx on cards (group_id) where editing = 'moderation';

update schema_migrations set dirty = false;
