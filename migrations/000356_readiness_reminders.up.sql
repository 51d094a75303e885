-- When an organization was last reminded of a step.
create table readiness_reminders (
    org_id bigint not null,
    step text not null,
    at timestamptz not null default now(),
    constraint readiness_reminders_pkey primary key (org_id, step)
);

update schema_migrations set dirty = false;
