-- A wave of activation letters: pre-activation and main launch are two campaigns.
-- next_org is where choosing organizations goes on after an interruption; picked
-- and skipped say what was chosen so far and what had a live letter already.
create table campaigns (
    id bigint not null,
    name text not null,
    letter_kind text not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    selection jsonb not null,
    status text not null,
    next_org bigint not null default 0,
    picked integer not null default 0,
    skipped integer not null default 0,
    staff_id bigint not null,
    staff_name text not null,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    stopped_at timestamptz,
    constraint campaigns_pkey primary key (id),
    constraint campaigns_letter_kind_known check (letter_kind in ('code', 'link')),
    constraint campaigns_status_known check (status in ('draft', 'starting', 'running', 'stopped')),
    constraint campaigns_closes_after_opening check (closes_at > opens_at)
);

update schema_migrations set dirty = false;
