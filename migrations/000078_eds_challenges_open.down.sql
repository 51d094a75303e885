drop index eds_challenges_open_key;

update schema_migrations set dirty = false;
