drop table card_decision_days;

update schema_migrations set dirty = false;
