-- A place may come from a file too. The main place is always an active one.
alter table places
    drop constraint places_origin_known,
    add constraint places_origin_known check (origin in ('address', 'manual', 'import')),
    add constraint places_main_active check (not is_main or status = 'active'),
    add constraint places_activities_some check (cardinality(activities) > 0);

update schema_migrations set dirty = false;
