-- A request by its number alone, as staff are told it on the telephone.
create index support_requests_number_idx on support_requests (id);

update schema_migrations set dirty = false;
