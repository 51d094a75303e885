drop table email_changes;

update schema_migrations set dirty = false;
