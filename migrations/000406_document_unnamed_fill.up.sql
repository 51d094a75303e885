insert into document_unnamed (org_id, product, document_id)
select distinct d.org_id, coalesce(substr(l.gtin, 2, 12), ''), d.id
from documents d left join document_lines l on l.org_id = d.org_id and l.document_id = d.id and l.gtin <> ''
where d.side <> 'out'
  and d.kind in ('ORIGINAL_INVOICE', 'ADDITIONAL_INVOICE', 'CORRECTED_INVOICE', 'ORIGINAL_CUSTOMS_DECLARATION', 'CUSTOMS_CODE_REGISTRATION', 'IMPORT', 'UTILISATION', 'AGGREGATION')
  and (d.codes = 0 and l.gtin is not null
    or d.codes > (select count(*) from document_codes c where c.org_id = d.org_id and c.document_id = d.id and c.code not like '00%'));

update schema_migrations set dirty = false;
