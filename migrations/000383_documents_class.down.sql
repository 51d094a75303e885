alter table documents drop column class;

update schema_migrations set dirty = false;
