-- What a document refers to, by the name its source uses: a source id of the same
-- feed, or the number of an AIC. What it names may come later, or never.
create table document_links (
    org_id bigint not null,
    document_id bigint not null,
    relation text not null,
    ref text not null,
    constraint document_links_pkey primary key (org_id, document_id, relation, ref),
    constraint document_links_relation_known check (relation in ('original', 'aic', 'declaration', 'basis'))
);

update schema_migrations set dirty = false;
