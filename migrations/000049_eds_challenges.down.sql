drop table eds_challenges;

update schema_migrations set dirty = false;
