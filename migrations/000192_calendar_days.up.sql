-- Days that are not as the week says: holidays on weekdays (working is false)
-- and Saturdays or Sundays that are worked. Without a row Monday to Friday are
-- worked. estimated: the state has not named the day yet.
create table calendar_days (
    day date not null,
    working boolean not null,
    name_uz text not null,
    name_ru text not null,
    name_en text not null,
    estimated boolean not null default false,
    version integer not null default 1,
    constraint calendar_days_pkey primary key (day)
);

update schema_migrations set dirty = false;
