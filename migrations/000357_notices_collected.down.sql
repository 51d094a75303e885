-- Refused while letters are collected: they go out within a day.
alter table notices
    drop constraint notices_collected_due,
    drop constraint notices_status_known,
    add constraint notices_status_known check (status in ('queued', 'sent', 'refused', 'muted')),
    drop column announcement,
    drop column letter,
    drop column due_at;

update schema_migrations set dirty = false;
