create index catalogue_hs_idx on catalogue (hs, published_at desc, org_id, card_id);

update schema_migrations set dirty = false;
