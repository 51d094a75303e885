-- The queue of moderation, most urgent first.
create index card_versions_queue_idx on card_versions (deadline_at, org_id, card_id) where status = 'moderation';

update schema_migrations set dirty = false;
