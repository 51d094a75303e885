-- A person, once, whatever the number of organizations. No person has a password.
create table accounts (
    id bigint not null,
    name text not null,
    pinfl_mac bytea not null,
    pinfl_sealed bytea not null,
    language text not null,
    theme text not null default 'system',
    created_at timestamptz not null default now(),
    blocked_at timestamptz,
    constraint accounts_pkey primary key (id),
    constraint accounts_language_known check (language in ('uz', 'ru', 'en')),
    constraint accounts_theme_known check (theme in ('system', 'light', 'dark'))
);

update schema_migrations set dirty = false;
