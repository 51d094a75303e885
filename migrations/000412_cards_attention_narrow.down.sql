create index cards_attention_idx on cards (org_id, group_id)
    where archived_at is null and (editing = 'returned' or country = '' or planned_on is not null);

update schema_migrations set dirty = false;
