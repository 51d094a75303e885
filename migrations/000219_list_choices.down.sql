drop table list_choices;

update schema_migrations set dirty = false;
