insert into product_groups (id, slug, name_uz, name_ru, name_en) values
    (3, 'tobacco', 'Tamaki mahsulotlari', 'Табачная продукция', 'Tobacco products'),
    (7, 'pharma', 'Dori vositalari', 'Лекарственные средства', 'Medicinal products'),
    (10, 'medicals', 'Tibbiy buyumlar', 'Изделия медицинского назначения', 'Medical devices'),
    (11, 'alcohol', 'Alkogol mahsulotlari', 'Алкогольная продукция', 'Alcoholic products'),
    (13, 'water', 'Suv va salqin ichimliklar', 'Вода и напитки', 'Water and soft drinks'),
    (15, 'beer', 'Pivo mahsulotlari', 'Пиво и пивные напитки', 'Beer and beer drinks'),
    (17, 'bio', 'Biologik faol qoʻshimchalar', 'Биологически активные добавки', 'Dietary supplements'),
    (18, 'appliances', 'Maishiy texnika', 'Бытовая техника', 'Household appliances'),
    (19, 'antiseptic', 'Antiseptiklar', 'Антисептики', 'Antiseptics'),
    (33, 'vegetableoil', 'Yogʻ-moy mahsulotlari', 'Масложировая продукция', 'Oil and fat products'),
    (53, 'fertilizers', 'Oʻgʻitlar va oʻsimliklarni himoya qilish vositalari', 'Удобрения и средства защиты растений', 'Fertilisers and plant protection');

update schema_migrations set dirty = false;
