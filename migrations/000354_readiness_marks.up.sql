-- Up to which line of the audit log organizations were looked at, and when.
create table readiness_marks (
    one boolean not null default true,
    audit_id bigint not null default 0,
    org_id bigint not null default 0,
    at timestamptz not null default now(),
    constraint readiness_marks_pkey primary key (one),
    constraint readiness_marks_single check (one)
);

update schema_migrations set dirty = false;
