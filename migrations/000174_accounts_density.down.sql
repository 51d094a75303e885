alter table accounts drop column density;

update schema_migrations set dirty = false;
