-- An own code names one active place; that of a blocked one is free again.
create unique index places_org_id_code_key on places (org_id, code) where code <> '' and status = 'active';

update schema_migrations set dirty = false;
