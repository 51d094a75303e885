-- Reminders to a group of organizations, sent by a job.
create table readiness_mailings (
    id bigint generated always as identity,
    step text not null,
    region text not null default '',
    group_id smallint not null default 0,
    since timestamptz not null,
    staff_id bigint not null,
    staff_name text not null,
    created_at timestamptz not null default now(),
    counted bigint not null,
    after_since timestamptz,
    after_org bigint not null default 0,
    sent bigint not null default 0,
    spared bigint not null default 0,
    ended_at timestamptz,
    constraint readiness_mailings_pkey primary key (id)
);

update schema_migrations set dirty = false;
