-- Ages of what waits are counted without reading a version.
create index card_versions_waiting_idx on card_versions (org_id, card_id) include (deadline_at, sent_at) where status = 'moderation';

update schema_migrations set dirty = false;
