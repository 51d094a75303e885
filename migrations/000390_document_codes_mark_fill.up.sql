update document_codes set mark = ('x' || left(encode(sha256(convert_to(split_part(code, chr(29), 1), 'UTF8')), 'hex'), 16))::bit(64)::bigint;

update schema_migrations set dirty = false;
