-- Which announcements a member has read.
create table announcement_reads (
    org_id bigint not null,
    member_id bigint not null,
    announcement_id bigint not null,
    constraint announcement_reads_pkey primary key (org_id, member_id, announcement_id)
);

update schema_migrations set dirty = false;
