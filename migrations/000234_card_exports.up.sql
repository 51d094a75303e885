-- A file of filtered cards that is made by a job. It is the member's own and is
-- kept for a day after it is done.
create table card_exports (
    org_id bigint not null,
    id bigint not null,
    member_id bigint not null,
    member_name text not null,
    query text not null,
    format text not null,
    language text not null,
    status text not null default 'queued',
    done_rows integer not null default 0,
    total_rows integer,
    blob_id bigint,
    failure text not null default '',
    created_at timestamptz not null default now(),
    moved_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint card_exports_pkey primary key (org_id, id),
    constraint card_exports_format_known check (format in ('csv', 'xlsx')),
    constraint card_exports_status_known check (status in ('queued', 'running', 'done', 'failed', 'cancelled'))
);

update schema_migrations set dirty = false;
