-- What there is once in the country; operators of e-documents are added by staff.
insert into feeds (code, kind, name_uz, name_ru, name_en, expected_minutes) values
    ('customs', 'declaration', 'Bojxona: deklaratsiyalar', 'Таможня: декларации', 'Customs: declarations', 60),
    ('customs-aic', 'aic', 'Bojxona: AIK', 'Таможня: АИК', 'Customs: AICs', 60),
    ('fiscal', 'receipt', 'Fiskal operator: cheklar', 'Фискальный оператор: чеки', 'Fiscal operator: receipts', 30),
    ('operations', 'operation', 'Operatsiyalar hisobotlari', 'Отчёты об операциях', 'Reports of operations', 60)
on conflict (code) do nothing;

update schema_migrations set dirty = false;
