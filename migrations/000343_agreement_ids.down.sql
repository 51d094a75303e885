drop sequence agreement_ids;

update schema_migrations set dirty = false;
