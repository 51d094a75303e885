drop table notice_choices;

update schema_migrations set dirty = false;
