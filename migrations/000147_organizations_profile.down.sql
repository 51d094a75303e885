alter table organizations
    drop column version,
    drop column email_confirmed_at,
    drop column country,
    drop column postal_region,
    drop column postal_district,
    drop column postal_street,
    drop column checked_at;

update schema_migrations set dirty = false;
