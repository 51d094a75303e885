-- One account for one personal number (keyed by its HMAC).
create table person_registry (
    pinfl_mac bytea not null,
    account_id bigint not null,
    constraint person_registry_pkey primary key (pinfl_mac)
);

update schema_migrations set dirty = false;
