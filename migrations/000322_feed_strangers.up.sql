-- Tax numbers that messages name and no organization has yet; '' stands for messages
-- that name none outside of their body.
create table feed_strangers (
    tin text not null,
    tried_at timestamptz, -- when messages about it were handed over again
    constraint feed_strangers_pkey primary key (tin)
);

update schema_migrations set dirty = false;
