-- A file of product cards: checked first, then applied. member_id is for whom the
-- job works: who sent the file, then who had it applied. group_id is null when
-- the rows name their groups. ignored are columns that are not read. next_row and next_photo are the first that are not
-- yet dealt with: a restart goes on there. The files go after a month, the
-- record stays.
create table card_imports (
    org_id bigint not null,
    id bigint not null,
    member_id bigint not null,
    member_name text not null,
    group_id smallint,
    blob_id bigint,
    photos_blob_id bigint,
    file_name text not null,
    photos_name text not null default '',
    format text not null,
    header text[] not null default '{}',
    ignored text[] not null default '{}',
    mode text not null default 'check',
    status text not null default 'queued',
    next_row integer not null default 0,
    total_rows integer,
    next_photo integer not null default 0,
    total_photos integer,
    created integer not null default 0,
    changed integer not null default 0,
    unchanged integer not null default 0,
    bad integer not null default 0,
    photos integer not null default 0,
    bad_photos integer not null default 0,
    failure text not null default '',
    created_at timestamptz not null default now(),
    started_at timestamptz,
    moved_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint card_imports_pkey primary key (org_id, id),
    constraint card_imports_format_known check (format in ('csv', 'xlsx')),
    constraint card_imports_mode_known check (mode in ('check', 'apply')),
    constraint card_imports_status_known check (status in ('queued', 'running', 'done', 'failed', 'cancelled'))
);

update schema_migrations set dirty = false;
