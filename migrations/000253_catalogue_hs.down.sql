alter table catalogue drop column hs;

update schema_migrations set dirty = false;
