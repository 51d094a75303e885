create table feed_replays (
    id bigint generated always as identity,
    feed_id smallint not null,
    outcome text not null default '', -- of what was set aside; empty: everything
    from_at timestamptz, -- received in this time
    until_at timestamptz,
    by_name text not null,
    asked_at timestamptz not null default now(),
    last_id bigint not null default 0, -- how far it has come
    max_id bigint not null, -- what came later is not meant
    marked integer not null default 0,
    total integer not null,
    done_at timestamptz, -- all are marked
    constraint feed_replays_pkey primary key (id),
    constraint feed_replays_feed_fkey foreign key (feed_id) references feeds (id)
);

update schema_migrations set dirty = false;
