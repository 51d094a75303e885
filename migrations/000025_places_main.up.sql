-- One main place, whoever tries what at the same time.
create unique index places_org_id_main_key on places (org_id) where is_main;

update schema_migrations set dirty = false;
