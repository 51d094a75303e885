alter table places
    drop constraint places_activities_some,
    drop constraint places_main_active,
    drop constraint places_origin_known,
    add constraint places_origin_known check (origin in ('address', 'manual'));

update schema_migrations set dirty = false;
