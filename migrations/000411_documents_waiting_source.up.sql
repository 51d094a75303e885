-- Who else waits to answer an invoice that was corrected to another buyer.
create index documents_waiting_source_idx on documents (feed, source_id) where answer = 'waiting';

update schema_migrations set dirty = false;
