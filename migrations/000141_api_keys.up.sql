-- Keys for the Open API. The value is shown once and never kept: the registry
-- knows its SHA-256, prefix and last4 are for recognizing it. A key opens while
-- ended_at is null and expires_at lies ahead, by this database's clock.
create table api_keys (
    org_id bigint not null,
    id bigint not null,
    member_id bigint not null,
    name text not null,
    search text not null,
    prefix text not null,
    last4 text not null,
    hash bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    reminded smallint not null default 30,
    ended_at timestamptz,
    ending text,
    ended_by bigint,
    reason text not null default '',
    last_used_at timestamptz,
    last_used_ip text not null default '',
    constraint api_keys_pkey primary key (org_id, id),
    constraint api_keys_hash_length check (length(hash) = 32),
    constraint api_keys_life check (expires_at > created_at and expires_at <= created_at + interval '30 days'),
    constraint api_keys_ending_known check (ending in ('replaced', 'revoked', 'blocked', 'expired')),
    constraint api_keys_ended_whole check ((ended_at is null) = (ending is null))
);

update schema_migrations set dirty = false;
