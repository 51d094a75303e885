-- What a profile holds besides what was imported. region, district and street are
-- the actual address, from which the first place was made; the legal one is what
-- the register says (register_entries). version counts changes, for two people who
-- edit at once; checked_at is when somebody of the organization said that all is
-- correct.
alter table organizations
    add column version integer not null default 1,
    add column email_confirmed_at timestamptz,
    add column country text not null default 'UZ',
    add column postal_region text not null default '',
    add column postal_district text not null default '',
    add column postal_street text not null default '',
    add column checked_at timestamptz,
    add constraint organizations_country_shape check (country ~ '^[A-Z]{2}$');

update schema_migrations set dirty = false;
