-- Counters may be lost in a crash: they only slow somebody down.
create unlogged table rate_limits (
    key text not null,
    window_start timestamptz not null,
    n integer not null,
    constraint rate_limits_pkey primary key (key, window_start)
);

update schema_migrations set dirty = false;
