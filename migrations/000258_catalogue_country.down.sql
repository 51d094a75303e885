drop index catalogue_country_idx;

update schema_migrations set dirty = false;
