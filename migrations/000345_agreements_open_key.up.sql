-- One that has not ended in an organization, whoever asks twice.
create unique index agreements_open_key on agreements (org_id) where status <> 'ended';

update schema_migrations set dirty = false;
