drop extension if exists pg_trgm;

update schema_migrations set dirty = false;
