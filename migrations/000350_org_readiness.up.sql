-- Where an organization stands with its set-up: how far each step is (a letter each,
-- in the order of internal/readiness), at which step it is stuck and since when.
-- Written by a job, from the rules of the start page.
create table org_readiness (
    org_id bigint not null,
    region text not null,
    groups smallint[] not null default '{}',
    states text not null,
    stuck text not null,
    since timestamptz not null,
    refreshed_at timestamptz not null default now(),
    constraint org_readiness_pkey primary key (org_id)
);

update schema_migrations set dirty = false;
