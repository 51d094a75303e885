-- Why the operator blocked it; empty while it is active.
alter table gs1_prefixes add column reason text not null default '';

update schema_migrations set dirty = false;
