-- How a person has a list drawn: its columns, empty for the usual ones, and the
-- view it opens with.
create table list_choices (
    org_id bigint not null,
    member_id bigint not null,
    list text not null,
    columns text[] not null default '{}',
    view_id bigint,
    constraint list_choices_pkey primary key (org_id, member_id, list)
);

update schema_migrations set dirty = false;
