-- From when goods are to be produced or imported: by then the card must be published.
alter table cards add column planned_on date;

update schema_migrations set dirty = false;
