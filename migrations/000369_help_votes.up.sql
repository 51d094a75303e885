-- Whether an article helped: how many said so, and how many did not.
create table help_votes (
    slug text not null,
    language text not null,
    yes bigint not null default 0,
    no bigint not null default 0,
    constraint help_votes_pkey primary key (slug, language)
);

update schema_migrations set dirty = false;
