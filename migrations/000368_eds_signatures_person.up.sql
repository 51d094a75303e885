-- The newest signature of a person, whose key has an end.
create index eds_signatures_person_idx on eds_signatures (org_id, pinfl_mac, id desc);

update schema_migrations set dirty = false;
