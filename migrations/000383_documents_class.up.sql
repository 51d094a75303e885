-- What a document is counted by, as one number: two digits of its kind in the order
-- below, one each of side, answer and status (internal/document/class.go).
alter table documents add column class smallint not null generated always as ((
    coalesce(array_position(array['ORIGINAL_INVOICE', 'ADDITIONAL_INVOICE', 'CORRECTED_INVOICE', 'ORIGINAL_CUSTOMS_DECLARATION', 'CUSTOMS_CODE_REGISTRATION',
        'CUSTOMS_CODE_WITHDRAWAL', 'UTILISATION', 'AGGREGATION', 'TRANSPORT_CODE_DISAGGREGATION', 'WITHDRAWAL', 'WRITE_OFF_NOTICE', 'IMPORT', 'VALIDATION',
        'TYPOGRAPHIC', 'CODE_CORRECTION', 'ORDER'], kind), 0) * 1000
    + (array_position(array['', 'in', 'out'], side) - 1) * 100
    + (array_position(array['none', 'waiting', 'accepted', 'rejected'], answer) - 1) * 10
    + array_position(array['created', 'validating', 'in_process', 'success', 'partially_processed', 'error'], status))::smallint) stored;

update schema_migrations set dirty = false;
