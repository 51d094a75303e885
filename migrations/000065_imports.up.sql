-- One file of the old personal account: checked first (dry run), then applied.
-- next_row is the first row that is not yet dealt with: a restart goes on there.
-- moved_at tells a run that works from one whose worker was killed.
create table imports (
    id bigint not null,
    blob_id bigint not null,
    file_name text not null,
    format text not null,
    mode text not null,
    status text not null,
    next_row integer not null default 0,
    total_rows integer,
    good integer not null default 0,
    bad integer not null default 0,
    created integer not null default 0,
    changed integer not null default 0,
    unchanged integer not null default 0,
    failure text not null default '',
    staff_id bigint not null,
    staff_name text not null,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    moved_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint imports_pkey primary key (id),
    constraint imports_format_known check (format in ('csv', 'xlsx')),
    constraint imports_mode_known check (mode in ('check', 'apply')),
    constraint imports_status_known check (status in ('queued', 'running', 'done', 'failed', 'cancelled'))
);

update schema_migrations set dirty = false;
