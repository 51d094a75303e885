drop table import_orgs;

update schema_migrations set dirty = false;
