-- What was done at once: outcomes and how long the messages took. Rows are only
-- added, so that nobody waits for a counter.
create table feed_rounds (
    id bigint generated always as identity,
    feed_id smallint not null,
    at timestamptz not null default now(),
    outcomes integer[] not null, -- by feed.Outcomes
    times integer[] not null, -- messages by the bounds of feed.bounds
    constraint feed_rounds_pkey primary key (id)
);

update schema_migrations set dirty = false;
