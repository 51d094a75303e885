-- How many organizations are stuck at each step; group 0 counts each of them once.
create table readiness_counts (
    stuck text not null,
    region text not null,
    group_id smallint not null,
    n bigint not null,
    constraint readiness_counts_pkey primary key (stuck, region, group_id)
);

update schema_migrations set dirty = false;
