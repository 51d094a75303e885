-- How many organizations have been stuck at each step since which week (its Monday,
-- UTC); group 0 counts each of them once.
create table readiness_counts (
    group_id smallint not null,
    stuck text not null,
    region text not null,
    week date not null,
    n bigint not null,
    constraint readiness_counts_pkey primary key (group_id, stuck, region, week)
);

update schema_migrations set dirty = false;
