alter table feeds drop column late_told_at;

update schema_migrations set dirty = false;
