-- An activation letter. Neither link nor code is stored: both are derived from
-- seed with the portal's key, and found again by their hashes.
--
-- issued_at is set while a copy may have left, and only then; it moves with each
-- attempt, so the seven days begin with the copy that left. A letter of a
-- campaign that nobody began to send before send_before is withdrawn; letters
-- sent again on request have no such end. campaign_id 0 is a letter that was
-- asked for before any campaign reached the organization.
create table letters (
    org_id bigint not null,
    id bigint not null,
    campaign_id bigint not null,
    kind text not null,
    email text not null,
    language text not null,
    seed bytea not null,
    status text not null,
    reason text not null default '',
    wrong_codes smallint not null default 0,
    created_at timestamptz not null default now(),
    send_before timestamptz,
    issued_at timestamptz,
    expires_at timestamptz,
    sent_at timestamptz,
    ended_at timestamptz,
    reminders smallint not null default 0,
    constraint letters_pkey primary key (org_id, id),
    constraint letters_kind_known check (kind in ('code', 'link')),
    constraint letters_status_known check (status in ('queued', 'sent', 'refused', 'activated', 'expired', 'replaced', 'withdrawn', 'locked'))
);

update schema_migrations set dirty = false;
