-- Questions about a fiscal receipt and about a code of customs aggregation.
alter table support_requests
    drop constraint support_requests_kind_known,
    add constraint support_requests_kind_known check (kind in
        ('prefix', 'issuer', 'agreement', 'director', 'payment', 'document', 'receipt', 'aic', 'card', 'place', 'other'));

update schema_migrations set dirty = false;
