-- Schema version 3 of the job queue River, copied from the library (MPL-2.0): do not edit.

ALTER TABLE river_job
    ALTER COLUMN tags DROP NOT NULL,
    ALTER COLUMN tags DROP DEFAULT;

update schema_migrations set dirty = false;
