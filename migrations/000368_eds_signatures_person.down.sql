drop index eds_signatures_person_idx;

update schema_migrations set dirty = false;
