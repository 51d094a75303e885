-- Schema version 2 of the job queue River, copied from the library (MPL-2.0): do not edit.

DROP TABLE river_job;
DROP FUNCTION river_job_notify;
DROP TYPE river_job_state;

DROP TABLE river_leader;

update schema_migrations set dirty = false;
