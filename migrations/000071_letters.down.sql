drop table letters;

update schema_migrations set dirty = false;
