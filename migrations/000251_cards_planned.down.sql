alter table cards drop column planned_on;

update schema_migrations set dirty = false;
