-- What everybody is told: one row for all organizations, in the inbox of every
-- member. source names what it is about, so that nothing is announced twice;
-- after until it is of no interest and counts as read.
create table announcements (
    id bigint not null,
    source text not null,
    kind text not null,
    key text not null,
    args jsonb not null default '[]',
    path text not null default '',
    created_at timestamptz not null default now(),
    until timestamptz not null,
    constraint announcements_pkey primary key (id),
    constraint announcements_source_key unique (source)
);

update schema_migrations set dirty = false;
