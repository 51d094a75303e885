-- Schema version 8 of the job queue River, copied from the library (MPL-2.0): do not edit.

-- No-op. Postgres sequences already prevent automatically generated job IDs
-- from being reused.
SELECT 1;

update schema_migrations set dirty = false;
