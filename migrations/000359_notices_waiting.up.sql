-- What waits for a person: whether a burst is being collected, and what goes out.
create index notices_waiting_idx on notices (org_id, member_id, kind) where status = 'collected';

update schema_migrations set dirty = false;
