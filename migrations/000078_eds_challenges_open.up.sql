-- One open challenge for a session and purpose: a new one replaces the earlier.
create unique index eds_challenges_open_key on eds_challenges (session_key, purpose) where consumed_at is null;

update schema_migrations set dirty = false;
