-- How close the rows of lists and the fields of forms stand for this person.
alter table accounts
    add column density text not null default 'comfortable',
    add constraint accounts_density_known check (density in ('comfortable', 'compact'));

update schema_migrations set dirty = false;
