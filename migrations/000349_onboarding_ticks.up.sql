-- What somebody of an organization said to have checked, of the few things that
-- only people can know.
create table onboarding_ticks (
    org_id bigint not null,
    task text not null,
    member_id bigint not null,
    member_name text not null,
    at timestamptz not null default now(),
    constraint onboarding_ticks_pkey primary key (org_id, task)
);

update schema_migrations set dirty = false;
