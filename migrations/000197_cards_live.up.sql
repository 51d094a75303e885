-- One live card for a GTIN in an organization.
create unique index cards_live_key on cards (org_id, gtin) where archived_at is null;

update schema_migrations set dirty = false;
