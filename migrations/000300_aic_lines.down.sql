drop table aic_lines;

update schema_migrations set dirty = false;
