alter table maintenance_windows drop column told_at;

update schema_migrations set dirty = false;
