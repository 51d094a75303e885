-- A source that delivers messages of one kind. Feeds are switched off, never deleted.
create table feeds (
    id smallint generated always as identity,
    code text not null,
    kind text not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null,
    expected_minutes integer not null, -- longest silence that is no reason to ask the source
    active boolean not null default true,
    addresses text[] not null default '{}', -- prefixes it may call from; none: any
    version integer not null default 1,
    created_name text not null default '',
    created_at timestamptz not null default now(),
    constraint feeds_pkey primary key (id),
    constraint feeds_code_key unique (code),
    constraint feeds_code_shape check (code ~ '^[a-z][a-z0-9-]{1,30}$'),
    constraint feeds_kind_known check (kind in ('invoice', 'declaration', 'aic', 'receipt', 'operation')),
    constraint feeds_expected_sane check (expected_minutes between 1 and 10080)
);

update schema_migrations set dirty = false;
