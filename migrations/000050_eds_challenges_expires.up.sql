create index eds_challenges_expires_idx on eds_challenges (expires_at);

update schema_migrations set dirty = false;
