drop index letters_campaign_idx;

update schema_migrations set dirty = false;
