drop index catalogue_gtin_idx;

update schema_migrations set dirty = false;
