-- Decisions of days that are over, summed up by product group: statistics do not
-- read them again. The line of group 0 says that a day is summed up, and how often
-- each reason was given on it: {"12": 3}.
create table card_decision_days (
    day date not null,
    group_id smallint not null,
    published integer not null,
    returned integer not null,
    in_time integer not null,
    seconds bigint not null,
    reasons jsonb not null default '{}',
    constraint card_decision_days_pkey primary key (day, group_id)
);

update schema_migrations set dirty = false;
