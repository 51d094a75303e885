-- How letters of a kind come. Rows from before said: not by mail.
alter table notice_choices
    add column way text not null default 'portal',
    add constraint notice_choices_way_known check (way in ('portal', 'at_once', 'digest'));

update schema_migrations set dirty = false;
