drop index eds_challenges_expires_idx;

update schema_migrations set dirty = false;
