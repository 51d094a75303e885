-- Pages of a period, and all that is counted and summed over it: no document is read.
create index documents_list_idx on documents (org_id, at desc, id desc)
    include (kind, side, group_id, status, answer, feed, party_tin, amount, codes);

update schema_migrations set dirty = false;
