-- A company that registers, from the first signature of its director to the
-- code in the letter. It belongs to the person and the tax number that the key
-- proved; sessions only remember the id. It is gone once the organization exists,
-- or after seven days.
create table enrollments (
    id bigint not null,
    tin text not null,
    pinfl_mac bytea not null,
    pinfl_sealed bytea not null,
    trader boolean not null,
    holder text not null,
    position text not null,
    entry jsonb,
    entry_at timestamptz,
    email text not null default '',
    phone text not null default '',
    language text not null,
    activities text[] not null default '{}',
    region text not null default '',
    district text not null default '',
    street text not null default '',
    offer text not null default '',
    signature_sealed bytea,
    seed bytea,
    tries integer not null default 0,
    code_until timestamptz,
    sent_at timestamptz,
    refusal text not null default '',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint enrollments_pkey primary key (id),
    constraint enrollments_tin_pinfl_mac_key unique (tin, pinfl_mac),
    constraint enrollments_language_known check (language in ('uz', 'ru', 'en'))
);

update schema_migrations set dirty = false;
