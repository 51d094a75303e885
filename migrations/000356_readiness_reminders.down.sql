drop table readiness_reminders;

update schema_migrations set dirty = false;
