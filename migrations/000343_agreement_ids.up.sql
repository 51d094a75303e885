-- Numbers of agreements; one whose request failed leaves a gap.
create sequence agreement_ids as bigint;

update schema_migrations set dirty = false;
