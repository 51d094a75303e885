-- How the portal looks for one of the staff, as accounts have it.
alter table staff
    add column theme text not null default 'system',
    add column density text not null default 'comfortable',
    add constraint staff_theme_known check (theme in ('system', 'light', 'dark')),
    add constraint staff_density_known check (density in ('comfortable', 'compact'));

update schema_migrations set dirty = false;
