insert into document_strangers (tin, org_id, document_id)
select d.party_tin, d.org_id, d.id
from documents d
where d.side <> '' and d.party_tin <> ''
  and not exists (
    select from tin_registry r
    join documents o on o.org_id = r.org_id and o.feed = d.feed and o.source_id = d.source_id
    where r.tin = d.party_tin
  );

update schema_migrations set dirty = false;
