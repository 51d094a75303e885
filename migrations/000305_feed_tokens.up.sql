create table feed_tokens (
    id bigint generated always as identity,
    feed_id smallint not null,
    hash bytea not null, -- of the token, which is shown once and kept nowhere
    last4 text not null,
    created_name text not null,
    created_at timestamptz not null default now(),
    revoked_name text not null default '',
    revoked_at timestamptz,
    used_at timestamptz,
    used_ip text not null default '',
    constraint feed_tokens_pkey primary key (id),
    constraint feed_tokens_hash_key unique (hash),
    constraint feed_tokens_feed_fkey foreign key (feed_id) references feeds (id)
);

update schema_migrations set dirty = false;
