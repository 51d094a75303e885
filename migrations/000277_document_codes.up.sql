-- What became of each code that a document names, by the version that is shown.
create table document_codes (
    org_id bigint not null,
    document_id bigint not null,
    n integer not null,
    line integer not null default 0,
    code text not null,
    result text not null,
    reason text not null default '',
    constraint document_codes_pkey primary key (org_id, document_id, n),
    constraint document_codes_result_known check (result in ('success', 'warning', 'error'))
);

update schema_migrations set dirty = false;
