-- What the start page counts: cards somebody has to do something about. It reads no
-- card: in an organization with 9,000 of them that was a thousand pages each time.
create index cards_attention_idx on cards (org_id, group_id) include (editing, country, planned_on, standing)
    where archived_at is null and (editing = 'returned' or country = '' or planned_on is not null);

update schema_migrations set dirty = false;
