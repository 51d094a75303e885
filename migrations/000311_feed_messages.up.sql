-- The inbox: each message as it came. feed_id and delivery_id are not declared as
-- foreign keys, because COPY would check each of thousands of rows.
create table feed_messages (
    id bigint generated always as identity,
    feed_id smallint not null,
    delivery_id bigint not null,
    position integer not null, -- in the delivery, from 1
    source_id text not null, -- what could be read of it; empty when nothing could
    version bigint not null,
    tin text not null,
    occurred_at timestamptz,
    hash bytea not null, -- sha256 of raw
    raw bytea not null,
    received_at timestamptz not null default now(),
    state text not null default 'waiting',
    due_at timestamptz not null default now(), -- when a waiting one may be handed over
    attempts smallint not null default 0,
    outcome text,
    reason text not null default '', -- message key of why it was set aside
    reason_args jsonb,
    detail text not null default '', -- why, where there is no key
    settled_at timestamptz,
    replay_id bigint, -- the latest that handed it over again
    discarded_name text not null default '',
    discarded_reason text not null default '',
    constraint feed_messages_pkey primary key (id),
    constraint feed_messages_state_known check (state in ('waiting', 'settled', 'aside', 'discarded')),
    constraint feed_messages_outcome_known check (outcome in ('taken', 'duplicate', 'older', 'conflict', 'nobodys', 'poison'))
);

update schema_migrations set dirty = false;
