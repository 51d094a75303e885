create table places (
    org_id bigint not null,
    id integer not null,
    name text not null,
    activities text[] not null,
    country text not null default 'UZ',
    region text not null,
    district text not null,
    street text not null,
    is_main boolean not null,
    status text not null,
    origin text not null,
    created_at timestamptz not null default now(),
    constraint places_pkey primary key (org_id, id),
    constraint places_status_known check (status in ('active', 'blocked')),
    constraint places_origin_known check (origin in ('address', 'manual'))
);

update schema_migrations set dirty = false;
