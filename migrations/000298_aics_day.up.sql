create index aics_day_idx on aics (org_id, formed_on, id);

update schema_migrations set dirty = false;
