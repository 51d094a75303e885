drop table onboarding_ticks;

update schema_migrations set dirty = false;
