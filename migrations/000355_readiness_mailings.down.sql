drop table readiness_mailings;

update schema_migrations set dirty = false;
