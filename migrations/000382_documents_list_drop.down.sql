create index documents_list_idx on documents (org_id, at desc, id desc)
    include (kind, side, group_id, status, answer, feed, party_tin, amount, codes);

update schema_migrations set dirty = false;
