-- Kinds of letters a member does not want by mail. Without a row all are sent;
-- security letters cannot be declined.
create table notice_choices (
    org_id bigint not null,
    member_id bigint not null,
    kind text not null,
    constraint notice_choices_pkey primary key (org_id, member_id, kind)
);

update schema_migrations set dirty = false;
