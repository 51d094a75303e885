create index catalogue_newest_idx on catalogue (published_at desc, org_id, card_id);

update schema_migrations set dirty = false;
