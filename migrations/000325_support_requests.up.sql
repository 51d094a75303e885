-- What an organization asks the operator in words. subject is the id of the thing
-- asked about, as its address has it, subject_name what it was called then.
-- due_at is by when the operator answers, null while the operator has nothing to
-- do; closes_at is when a request closes that nobody answered. One of the staff
-- holds it until held_until, then anybody may take it over.
create table support_requests (
    org_id bigint not null,
    id bigint not null,
    kind text not null,
    subject text not null default '',
    subject_name text not null default '',
    title text not null,
    status text not null default 'open',
    member_id bigint not null,
    member_name text not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    last_id bigint not null,
    last_side text not null default 'member',
    last_text text not null,
    first_due_at timestamptz not null,
    due_at timestamptz,
    answered_at timestamptz,
    closes_at timestamptz,
    closed_at timestamptz,
    held_by bigint,
    held_name text not null default '',
    held_at timestamptz,
    held_until timestamptz,
    score smallint,
    score_text text not null default '',
    scored_at timestamptz,
    constraint support_requests_pkey primary key (org_id, id),
    constraint support_requests_kind_known check (kind in ('prefix', 'issuer', 'agreement', 'director', 'payment', 'document', 'card', 'place', 'other')),
    constraint support_requests_status_known check (status in ('open', 'work', 'waiting', 'answered', 'closed', 'withdrawn')),
    constraint support_requests_side_known check (last_side in ('member', 'staff')),
    constraint support_requests_due check ((status in ('open', 'work')) = (due_at is not null)),
    constraint support_requests_closes check ((status in ('waiting', 'answered')) = (closes_at is not null)),
    constraint support_requests_closed check ((status in ('closed', 'withdrawn')) = (closed_at is not null)),
    constraint support_requests_held check ((status = 'work') = (held_by is not null)),
    constraint support_requests_score check (score between 1 and 5)
);

update schema_migrations set dirty = false;
