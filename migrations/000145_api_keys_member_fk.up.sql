alter table api_keys add constraint api_keys_member_fkey foreign key (org_id, member_id) references members (org_id, id);

update schema_migrations set dirty = false;
