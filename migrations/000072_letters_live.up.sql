-- One live letter for an organization: a new one has to end the earlier first.
create unique index letters_org_id_live_key on letters (org_id) where status in ('queued', 'sent');

update schema_migrations set dirty = false;
