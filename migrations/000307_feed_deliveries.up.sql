-- One call of the push interface, or one file. An empty one says that the source lives.
create table feed_deliveries (
    id bigint generated always as identity,
    feed_id smallint not null,
    way text not null,
    name text not null default '', -- of the file
    file_bytes bigint, -- its size and time: another file of the same name is another delivery
    file_time timestamptz,
    by_name text not null default '', -- of the staff who sent the file
    ip text not null default '',
    state text not null default 'stored',
    received_at timestamptz not null default now(),
    messages integer not null default 0, -- stored so far
    reason text not null default '', -- why a file could not be read to its end
    reported_at timestamptz, -- when the file was moved and its report written
    constraint feed_deliveries_pkey primary key (id),
    constraint feed_deliveries_feed_fkey foreign key (feed_id) references feeds (id),
    constraint feed_deliveries_way_known check (way in ('push', 'file', 'upload')),
    constraint feed_deliveries_state_known check (state in ('storing', 'stored', 'failed'))
);

update schema_migrations set dirty = false;
