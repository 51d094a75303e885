-- Statistics of a period read nothing but this index.
create index card_decisions_at_idx on card_decisions (decided_at) include (group_id, verdict, sent_at, deadline_at);

update schema_migrations set dirty = false;
