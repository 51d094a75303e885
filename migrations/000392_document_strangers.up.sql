-- Invoices of which one party is not here yet, by its tax number: it has its side of
-- them once it is.
create table document_strangers (
    tin text not null,
    org_id bigint not null,
    document_id bigint not null,
    constraint document_strangers_pkey primary key (tin, org_id, document_id)
);

update schema_migrations set dirty = false;
