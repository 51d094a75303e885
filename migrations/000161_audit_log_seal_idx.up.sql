-- Lines of a seal in their order, and those that wait for one.
create index audit_log_seal_idx on audit_log (seal, org_id, id);

update schema_migrations set dirty = false;
