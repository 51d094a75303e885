-- What brings a user in: a person signs, a technical user's keeper sets its
-- password. Neither link nor code is stored: both are derived from seed with the
-- portal's key, and found again by their hashes.
--
-- issued_at is set while a copy may have left, and only then; it moves with each
-- attempt, so the seven days begin with the copy that left.
create table invitations (
    org_id bigint not null,
    id bigint not null,
    member_id bigint not null,
    email text not null,
    language text not null,
    seed bytea not null,
    status text not null default 'queued',
    reason text not null default '',
    wrong_codes smallint not null default 0,
    reminders smallint not null default 0,
    created_at timestamptz not null default now(),
    issued_at timestamptz,
    expires_at timestamptz,
    sent_at timestamptz,
    ended_at timestamptz,
    constraint invitations_pkey primary key (org_id, id),
    constraint invitations_status_known check (status in ('queued', 'sent', 'refused', 'used', 'expired', 'replaced', 'locked')),
    constraint invitations_wrong_codes_bounded check (wrong_codes between 0 and 5)
);

update schema_migrations set dirty = false;
