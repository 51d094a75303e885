-- How much an organization wrote in the last hour.
create index support_messages_recent_idx on support_messages (org_id, created_at) where side = 'member';

update schema_migrations set dirty = false;
