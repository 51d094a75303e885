-- Products of which a document may have brought codes that it does not name: what numbers
-- of the product and of its packs share, digits 2 to 13; '' for any product.
create table document_unnamed (
    org_id bigint not null,
    product text not null,
    document_id bigint not null,
    constraint document_unnamed_pkey primary key (org_id, product, document_id)
);

update schema_migrations set dirty = false;
