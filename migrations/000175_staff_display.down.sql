alter table staff drop column theme, drop column density;

update schema_migrations set dirty = false;
