-- Schema version 3 of the job queue River, copied from the library (MPL-2.0): do not edit.

ALTER TABLE river_job ALTER COLUMN tags SET DEFAULT '{}';
UPDATE river_job SET tags = '{}' WHERE tags IS NULL;
ALTER TABLE river_job ALTER COLUMN tags SET NOT NULL;

update schema_migrations set dirty = false;
