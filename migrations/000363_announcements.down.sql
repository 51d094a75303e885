drop table announcements;

update schema_migrations set dirty = false;
