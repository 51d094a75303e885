-- Answers of the Open API to calls with an Idempotency-Key, kept for a day, so that
-- a call sent again is answered again and not done again. print is the SHA-256 of
-- what was sent; answer is null while the first call runs.
create table api_answers (
    org_id bigint not null,
    member_id bigint not null,
    key text not null,
    print bytea not null,
    status smallint,
    answer bytea,
    begun_at timestamptz not null default now(),
    constraint api_answers_pkey primary key (org_id, member_id, key),
    constraint api_answers_whole check ((status is null) = (answer is null))
);

update schema_migrations set dirty = false;
