drop table enrollments;

update schema_migrations set dirty = false;
