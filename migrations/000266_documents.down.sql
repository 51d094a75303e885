drop table documents;

update schema_migrations set dirty = false;
