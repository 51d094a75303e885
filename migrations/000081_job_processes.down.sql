drop table job_processes;

update schema_migrations set dirty = false;
