-- Planned maintenance: from announce_at every page tells of it, from starts_at to
-- ends_at the portal only shows (read_only) or shows nothing (closed). Two windows
-- never overlap; one that was called off counts no more.
create table maintenance_windows (
    id bigint generated always as identity,
    mode text not null,
    announce_at timestamptz not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    reason_uz text not null,
    reason_ru text not null,
    reason_en text not null default '',
    created_name text not null,
    created_at timestamptz not null default now(),
    ended_name text not null default '',
    called_off_at timestamptz,
    constraint maintenance_windows_pkey primary key (id),
    constraint maintenance_windows_mode_known check (mode in ('read_only', 'closed')),
    constraint maintenance_windows_order check (announce_at <= starts_at and starts_at <= ends_at and ends_at <= starts_at + interval '7 days'),
    constraint maintenance_windows_apart exclude using gist (tstzrange(starts_at, ends_at) with &&) where (called_off_at is null)
);

update schema_migrations set dirty = false;
