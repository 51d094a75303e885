alter table announcement_reads add constraint announcement_reads_member_fkey foreign key (org_id, member_id) references members (org_id, id);

update schema_migrations set dirty = false;
