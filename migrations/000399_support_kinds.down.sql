-- Refused while there are questions of the new kinds.
alter table support_requests
    drop constraint support_requests_kind_known,
    add constraint support_requests_kind_known check (kind in
        ('prefix', 'issuer', 'agreement', 'director', 'payment', 'document', 'card', 'place', 'other'));

update schema_migrations set dirty = false;
