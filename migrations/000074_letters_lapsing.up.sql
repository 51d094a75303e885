-- What the reminder and expiry jobs look for.
create index letters_expires_idx on letters (expires_at) where status = 'sent';

update schema_migrations set dirty = false;
