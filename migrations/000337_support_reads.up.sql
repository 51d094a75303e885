-- Up to which message a member has read a request.
create table support_reads (
    org_id bigint not null,
    request_id bigint not null,
    member_id bigint not null,
    read_to bigint not null,
    constraint support_reads_pkey primary key (org_id, request_id, member_id),
    constraint support_reads_request_fkey foreign key (org_id, request_id) references support_requests (org_id, id)
);

update schema_migrations set dirty = false;
