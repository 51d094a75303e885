-- Operators look organizations up by any part of a name.
create extension if not exists pg_trgm;

update schema_migrations set dirty = false;
