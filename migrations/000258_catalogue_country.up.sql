create index catalogue_country_idx on catalogue (country, published_at desc, org_id, card_id);

update schema_migrations set dirty = false;
