-- The agreement of an issuer with the operator for provision of marking codes.
-- The three texts are made when it is sent for signature and never change after
-- it was signed; until is the first moment at which it no longer holds.
create table agreements (
    org_id bigint not null,
    id bigint not null,
    status text not null default 'requested',
    note text not null default '',
    requested_by bigint not null,
    requested_name text not null,
    requested_at timestamptz not null default now(),
    version text not null default '',
    text_uz text not null default '',
    text_ru text not null default '',
    text_en text not null default '',
    director_name text not null default '',
    until timestamptz,
    sent_by bigint,
    sent_name text not null default '',
    sent_at timestamptz,
    signed_by bigint,
    signed_name text not null default '',
    signed_at timestamptz,
    signature_id bigint,
    activated_by bigint,
    activated_name text not null default '',
    activated_at timestamptz,
    ending text not null default '',
    reason text not null default '',
    ended_name text not null default '',
    ended_at timestamptz,
    reminded smallint not null default 0,
    constraint agreements_pkey primary key (org_id, id),
    constraint agreements_status_known check (status in ('requested', 'sent', 'signed', 'active', 'ended')),
    constraint agreements_ending_known check (ending in ('', 'withdrawn', 'refused', 'terminated', 'expired')),
    constraint agreements_ended check ((status = 'ended') = (ended_at is not null) and (status = 'ended') = (ending <> '')),
    constraint agreements_text check (status in ('requested', 'ended') or text_uz <> '' and text_ru <> '' and text_en <> ''),
    constraint agreements_signature check (status not in ('signed', 'active') or signature_id is not null)
);

update schema_migrations set dirty = false;
