-- What a person is told: a letter, and a line in the portal when it is a member.
-- key names the words in three languages, args fill them; nothing secret stands
-- here.
create table notices (
    org_id bigint not null,
    id bigint not null,
    member_id bigint,
    email text not null,
    language text not null,
    kind text not null,
    key text not null,
    args jsonb not null default '[]',
    path text not null default '',
    status text not null default 'queued',
    reason text not null default '',
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    read_at timestamptz,
    constraint notices_pkey primary key (org_id, id),
    constraint notices_status_known check (status in ('queued', 'sent', 'refused', 'muted'))
);

update schema_migrations set dirty = false;
