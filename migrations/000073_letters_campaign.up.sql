create index letters_campaign_idx on letters (campaign_id, status, id);

update schema_migrations set dirty = false;
