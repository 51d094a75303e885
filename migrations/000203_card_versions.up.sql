-- What a card said, version by version. A version that was sent never changes;
-- remarks are those of a return, field by field in three languages.
create table card_versions (
    org_id bigint not null,
    card_id bigint not null,
    n integer not null,
    status text not null default 'draft',
    content jsonb not null,
    created_by bigint not null,
    created_name text not null,
    created_at timestamptz not null default now(),
    sent_by bigint,
    sent_name text not null default '',
    sent_at timestamptz,
    deadline_at timestamptz,
    decided_by bigint,
    decided_name text not null default '',
    decided_at timestamptz,
    remarks jsonb not null default '[]',
    constraint card_versions_pkey primary key (org_id, card_id, n),
    constraint card_versions_status_known check (status in ('draft', 'moderation', 'returned', 'withdrawn', 'published', 'replaced')),
    constraint card_versions_sent check (status = 'draft' or (sent_at is not null and deadline_at is not null))
);

update schema_migrations set dirty = false;
