drop index technical_tokens_member_idx;

update schema_migrations set dirty = false;
