-- Two active places with the same name at the same address are one.
create unique index places_org_id_likeness_key on places (org_id, likeness) where likeness <> '' and status = 'active';

update schema_migrations set dirty = false;
