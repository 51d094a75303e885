-- What became of the questions asked on days that are over, by kind: statistics do
-- not read them again. The line of the kind '' says that a day is summed up. A
-- question whose first answer or score comes later takes its day out again, until
-- the job has come by.
create table support_days (
    day date not null,
    kind text not null,
    asked integer not null,
    answered integer not null,
    in_time integer not null,
    scored integer not null,
    scores integer not null,
    seconds bigint not null,
    constraint support_days_pkey primary key (day, kind)
);

update schema_migrations set dirty = false;
