-- What is attached to a message, counted from 1. Pictures were written anew; a
-- PDF is as it came and leaves as a download only.
create table support_files (
    org_id bigint not null,
    request_id bigint not null,
    message_id bigint not null,
    n smallint not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    blob_id bigint not null,
    constraint support_files_pkey primary key (org_id, request_id, message_id, n)
);

update schema_migrations set dirty = false;
