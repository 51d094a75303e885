-- Pages of a period, all that is counted and summed over it, and all that is searched
-- for in it: no document is read. Columns of one width stand first; they are cheap to get at.
create index documents_list_idx on documents (org_id, at desc, id desc)
    include (class, group_id, codes, amount, feed, fold);

update schema_migrations set dirty = false;
