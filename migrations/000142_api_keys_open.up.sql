-- One key for a user. An expired one takes the place until it is closed, which
-- whoever makes the next one does first.
create unique index api_keys_open_key on api_keys (org_id, member_id) where ended_at is null;

update schema_migrations set dirty = false;
