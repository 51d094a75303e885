-- What a block ends.
create index technical_tokens_member_idx on technical_tokens (org_id, member_id);

update schema_migrations set dirty = false;
