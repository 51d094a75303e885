alter table card_decisions add constraint card_decisions_version_fkey foreign key (org_id, card_id, n) references card_versions (org_id, card_id, n);

update schema_migrations set dirty = false;
