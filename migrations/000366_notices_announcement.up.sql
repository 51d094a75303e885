-- A member gets one letter of an announcement, however often the job runs.
create unique index notices_announcement_idx on notices (org_id, member_id, announcement) where announcement is not null;

update schema_migrations set dirty = false;
