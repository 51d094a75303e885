-- Where an account works: the way from a person to organizations, which sign-in
-- needs before it knows an organization.
create table account_members (
    account_id bigint not null,
    org_id bigint not null,
    member_id bigint not null,
    constraint account_members_pkey primary key (account_id, org_id)
);

update schema_migrations set dirty = false;
