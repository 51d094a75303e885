-- What the reminder and expiry jobs look for.
create index invitations_lapsing_idx on invitations (reminders, expires_at) where status in ('queued', 'sent');

update schema_migrations set dirty = false;
