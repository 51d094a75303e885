-- What became of each version that waited: one line a version, for statistics.
-- reasons are those of the library; 0 stands for words of the moderator.
create table card_decisions (
    org_id bigint not null,
    card_id bigint not null,
    n integer not null,
    verdict text not null,
    group_id smallint not null,
    staff_id bigint not null,
    staff_name text not null,
    sent_at timestamptz not null,
    deadline_at timestamptz not null,
    decided_at timestamptz not null default now(),
    reasons bigint[] not null default '{}',
    constraint card_decisions_pkey primary key (org_id, card_id, n),
    constraint card_decisions_verdict_known check (verdict in ('published', 'returned'))
);

update schema_migrations set dirty = false;
