-- A member exists before it has an account: a person from the invitation on, a
-- program for ever. name is in Uzbek; the others may be empty for the director,
-- whom the old account knew by one name. version counts changes, for two people
-- who edit at once.
alter table members
    alter column account_id drop not null,
    add column name_ru text not null default '',
    add column name_en text not null default '',
    add column position_ru text not null default '',
    add column position_en text not null default '',
    add column pinfl_mac bytea,
    add column pinfl_sealed bytea,
    add column language text not null default 'uz',
    add column all_groups boolean not null default false,
    add column all_places boolean not null default false,
    add column blocked_at timestamptz,
    add column blocked_reason text not null default '',
    add column version integer not null default 1,
    add constraint members_language_known check (language in ('uz', 'ru', 'en'));

update schema_migrations set dirty = false;
