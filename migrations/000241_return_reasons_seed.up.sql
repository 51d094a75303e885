-- Reasons to begin with; staff add and change them.
insert into return_reasons (id, field, group_id, uz, ru, en) values
    (1, 'photos', null, 'Suratda boshqa tovar: surat kartochkadagi GTIN va nomga mos emas.', 'На фото другой товар: снимок не соответствует GTIN и наименованию карточки.', 'The photo shows other goods: it does not match the GTIN and name of the card.'),
    (2, 'photos', null, 'Suratdagi yozuv va shtrix-kodni oʻqib boʻlmaydi. Aniqroq surat yuklang.', 'Текст и штрихкод на фото не читаются. Загрузите более чёткий снимок.', 'Text and barcode on the photo cannot be read. Upload a sharper one.'),
    (3, 'photos', null, 'Old tomon suratida qadoqning old tomoni koʻrinmayapti.', 'На фото лицевой стороны нет лицевой стороны упаковки.', 'The photo of the front does not show the front of the package.'),
    (4, 'gtin', null, 'Qadoqdagi shtrix-kod kartochkadagi GTIN dan farq qiladi.', 'Штрихкод на упаковке отличается от GTIN карточки.', 'The barcode on the package differs from the GTIN of the card.'),
    (5, 'packaging', null, 'Qadoq darajasi suratga mos emas: bir dona va guruh qadogʻi farqlanishi kerak.', 'Уровень упаковки не соответствует фото: различайте единицу и групповую упаковку.', 'The level of packaging does not match the photo: a single unit and a group package differ.'),
    (6, 'category', null, 'Toifa tovarga mos emas.', 'Категория не соответствует товару.', 'The category does not fit the goods.'),
    (7, 'hs', null, 'TIF TN kodi tovarga mos emas.', 'Код ТН ВЭД не соответствует товару.', 'The HS code does not fit the goods.'),
    (8, 'ikpu', null, 'MXIK kodi tovarga mos emas.', 'Код ИКПУ не соответствует товару.', 'The IKPU code does not fit the goods.'),
    (9, 'name_uz', null, 'Oʻzbekcha nom qadoqdagi yozuvga mos emas.', 'Наименование на узбекском не соответствует упаковке.', 'The Uzbek name does not match the package.'),
    (10, 'name_uz', null, 'Nom juda umumiy: tovar turi, brendi va miqdorini yozing.', 'Наименование слишком общее: укажите вид товара, бренд и количество.', 'The name is too general: give the kind of goods, the brand and the amount.'),
    (11, 'name_ru', null, 'Ruscha nom qadoqdagi yozuvga mos emas.', 'Наименование на русском не соответствует упаковке.', 'The Russian name does not match the package.'),
    (12, 'brand', null, 'Brend qadoqda boshqacha yozilgan.', 'Бренд на упаковке написан иначе.', 'The brand is written differently on the package.'),
    (13, 'country', null, 'Ishlab chiqarilgan mamlakat qadoqdagidan farq qiladi.', 'Страна производства отличается от указанной на упаковке.', 'The country of manufacture differs from that on the package.'),
    (14, 'manufacturer', null, 'Ishlab chiqaruvchi qadoqda boshqacha koʻrsatilgan.', 'Производитель на упаковке указан иначе.', 'The manufacturer on the package is another one.'),
    (15, 'manufacturer_address', null, 'Ishlab chiqaruvchining manzili toʻliq emas.', 'Адрес производителя неполный.', 'The address of the manufacturer is incomplete.'),
    (16, 'claims', null, 'Eʼtirozlarni qabul qiluvchi tashkilot haqidagi maʼlumot toʻliq emas.', 'Сведения об организации, принимающей претензии, неполные.', 'What is said of the organization that takes complaints is incomplete.'),
    (17, 'photos', 3, 'Suratda tibbiy ogohlantirish koʻrinmayapti.', 'На фото не видно медицинского предупреждения.', 'The health warning cannot be seen on the photo.'),
    (18, '', null, 'Kartochka shu tashkilotning boshqa kartochkasini takrorlaydi.', 'Карточка повторяет другую карточку этой организации.', 'The card repeats another one of the same organization.');

update schema_migrations set dirty = false;
