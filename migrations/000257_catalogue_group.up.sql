create index catalogue_group_idx on catalogue (group_id, published_at desc, org_id, card_id);

update schema_migrations set dirty = false;
