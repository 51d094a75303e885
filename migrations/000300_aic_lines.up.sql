-- What an AIC holds, by product; list are the codes themselves where the source
-- names them.
create table aic_lines (
    org_id bigint not null,
    aic_id bigint not null,
    gtin text not null,
    name text not null default '',
    codes integer not null,
    list text[] not null default '{}',
    constraint aic_lines_pkey primary key (org_id, aic_id, gtin),
    constraint aic_lines_aic_fkey foreign key (org_id, aic_id) references aics (org_id, id)
);

update schema_migrations set dirty = false;
