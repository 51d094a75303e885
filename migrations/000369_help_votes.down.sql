drop table help_votes;

update schema_migrations set dirty = false;
