-- What the state register of taxpayers said about an organization when it was
-- asked last. The director's PINFL is sealed for showing, an HMAC for comparing.
create table register_entries (
    org_id bigint not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null,
    legal_form text not null,
    director_name text not null,
    director_pinfl_mac bytea not null,
    director_pinfl_sealed bytea not null,
    region text not null,
    district text not null,
    street text not null,
    status text not null,
    vat boolean,
    as_of timestamptz not null,
    asked_at timestamptz not null default now(),
    constraint register_entries_pkey primary key (org_id),
    constraint register_entries_status_known check (status in ('active', 'suspended', 'liquidated'))
);

update schema_migrations set dirty = false;
