drop table support_notes;

update schema_migrations set dirty = false;
