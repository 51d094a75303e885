create index catalogue_gtin_idx on catalogue (gtin);

update schema_migrations set dirty = false;
