drop table readiness_marks;

update schema_migrations set dirty = false;
