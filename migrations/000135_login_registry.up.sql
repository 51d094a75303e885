-- A login is one in the whole system; always in lower case.
create table login_registry (
    login text not null,
    org_id bigint not null,
    member_id bigint not null,
    constraint login_registry_pkey primary key (login),
    constraint login_registry_lower check (login = lower(login))
);

update schema_migrations set dirty = false;
