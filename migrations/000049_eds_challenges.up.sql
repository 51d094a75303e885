-- A text to be signed: bound to a browser session and a purpose, used once.
create table eds_challenges (
    id uuid not null default gen_random_uuid(),
    session_key text not null,
    purpose text not null,
    body text not null,
    ip text not null default '',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    consumed_at timestamptz,
    constraint eds_challenges_pkey primary key (id)
);

update schema_migrations set dirty = false;
