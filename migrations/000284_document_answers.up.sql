-- What the source of an invoice has to be told: written with the answer, delivered
-- by a job until the source confirms. refused is what the source said instead.
create table document_answers (
    org_id bigint not null,
    document_id bigint not null,
    outcome text not null,
    via text not null,
    reason text not null default '',
    version bigint not null,
    signature_id bigint,
    made_at timestamptz not null default now(),
    tries integer not null default 0,
    next_at timestamptz not null default now(),
    last_error text not null default '',
    delivered_at timestamptz,
    refused text not null default '',
    constraint document_answers_pkey primary key (org_id, document_id),
    constraint document_answers_outcome_known check (outcome in ('accepted', 'rejected')),
    constraint document_answers_via_known check (via in ('portal', 'deadline'))
);

update schema_migrations set dirty = false;
