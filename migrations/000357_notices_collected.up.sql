-- A letter may be collected with others: due_at is when, letter the number of the
-- first of those it goes out with. announcement is set where the line in the
-- portal is that of an announcement to everybody, and this row its letter only.
alter table notices
    add column due_at timestamptz,
    add column letter bigint,
    add column announcement bigint,
    drop constraint notices_status_known,
    add constraint notices_status_known check (status in ('queued', 'sent', 'refused', 'muted', 'collected')),
    add constraint notices_collected_due check (status <> 'collected' or due_at is not null);

update schema_migrations set dirty = false;
