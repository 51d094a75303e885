-- The seal that covers the line; written once, some time after the line.
alter table audit_log add column seal bigint;

update schema_migrations set dirty = false;
