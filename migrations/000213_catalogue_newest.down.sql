drop index catalogue_newest_idx;

update schema_migrations set dirty = false;
