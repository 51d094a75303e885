-- Tokens of technical users, by hash. What a sign-in gave and everything
-- exchanged for it is one family: a refresh token that comes a second time ends
-- all of it. family_ends_at is when the password is wanted again.
create table technical_tokens (
    token_hash bytea not null,
    kind text not null,
    org_id bigint not null,
    member_id bigint not null,
    family uuid not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    family_ends_at timestamptz not null,
    used_at timestamptz,
    constraint technical_tokens_pkey primary key (token_hash),
    constraint technical_tokens_kind_known check (kind in ('access', 'refresh'))
);

update schema_migrations set dirty = false;
