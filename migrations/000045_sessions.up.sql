-- Only the hash of the token is stored. A row is changed only while it exists,
-- so a request in flight cannot bring a signed-out session back.
create table sessions (
    token_hash text not null,
    id uuid not null default gen_random_uuid(),
    account_id bigint,
    org_id bigint,
    member_id bigint,
    staff_id bigint,
    data bytea not null,
    ip text not null default '',
    agent text not null default '',
    created_at timestamptz not null default now(),
    last_seen timestamptz not null default now(),
    proved_at timestamptz,
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (token_hash)
);

update schema_migrations set dirty = false;
