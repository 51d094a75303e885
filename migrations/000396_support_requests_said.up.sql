-- What people said of answers: scores with words, and low ones.
create index support_requests_said_idx on support_requests (scored_at) where score is not null and (score_text <> '' or score < 3);

update schema_migrations set dirty = false;
