-- What the reminder and expiry jobs look for.
create index letters_lapsing_idx on letters (reminders, expires_at) where status in ('queued', 'sent');

update schema_migrations set dirty = false;
