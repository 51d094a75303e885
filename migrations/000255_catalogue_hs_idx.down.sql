drop index catalogue_hs_idx;

update schema_migrations set dirty = false;
