create index cards_changed_idx on cards (org_id, changed_at desc, id desc);

update schema_migrations set dirty = false;
