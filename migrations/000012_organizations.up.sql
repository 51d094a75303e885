-- The tenant itself. The director's PINFL is personal data: sealed for showing
-- and signing, an HMAC for comparing; never in plain text.
create table organizations (
    org_id bigint not null,
    tin text not null,
    legal_form text not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null default '',
    director_name text not null,
    director_pinfl_mac bytea not null,
    director_pinfl_sealed bytea not null,
    email text not null,
    phone text not null,
    region text not null,
    district text not null,
    street text not null,
    language text not null,
    status text not null,
    search text not null,
    source_hash bytea not null,
    imported_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    activated_at timestamptz,
    constraint organizations_pkey primary key (org_id),
    constraint organizations_tin_shape check (tin ~ '^[2-9][0-9]{8}$'),
    constraint organizations_status_known check (status in ('imported', 'active', 'blocked')),
    constraint organizations_language_known check (language in ('uz', 'ru', 'en'))
);

update schema_migrations set dirty = false;
