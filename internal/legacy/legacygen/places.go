package legacygen

// district is a district with its name in Uzbek and Russian.
type district struct{ uz, ru string }

// districts of the fourteen regions, by the region's code. The districts are
// real, whoever has an address in them here is not.
func districts() map[string][]district {
	return map[string][]district{
		"AN": {{"Andijon shahri", "г. Андижан"}, {"Asaka tumani", "Асакинский район"}, {"Shahrixon tumani", "Шахриханский район"}, {"Marhamat tumani", "Мархаматский район"}},
		"BU": {{"Buxoro shahri", "г. Бухара"}, {"Gʻijduvon tumani", "Гиждуванский район"}, {"Kogon tumani", "Каганский район"}, {"Vobkent tumani", "Вабкентский район"}},
		"FA": {{"Fargʻona shahri", "г. Фергана"}, {"Qoʻqon shahri", "г. Коканд"}, {"Margʻilon shahri", "г. Маргилан"}, {"Rishton tumani", "Риштанский район"}},
		"JI": {{"Jizzax shahri", "г. Джизак"}, {"Zomin tumani", "Зааминский район"}, {"Gʻallaorol tumani", "Галляаральский район"}, {"Doʻstlik tumani", "Дустликский район"}},
		"NG": {{"Namangan shahri", "г. Наманган"}, {"Chust tumani", "Чустский район"}, {"Pop tumani", "Папский район"}, {"Uchqoʻrgʻon tumani", "Учкурганский район"}},
		"NW": {{"Navoiy shahri", "г. Навои"}, {"Zarafshon shahri", "г. Зарафшан"}, {"Karmana tumani", "Карманинский район"}, {"Nurota tumani", "Нуратинский район"}},
		"QA": {{"Qarshi shahri", "г. Карши"}, {"Shahrisabz shahri", "г. Шахрисабз"}, {"Kitob tumani", "Китабский район"}, {"Gʻuzor tumani", "Гузарский район"}},
		"QR": {{"Nukus shahri", "г. Нукус"}, {"Moʻynoq tumani", "Муйнакский район"}, {"Toʻrtkoʻl tumani", "Турткульский район"}, {"Xoʻjayli tumani", "Ходжейлийский район"}},
		"SA": {{"Samarqand shahri", "г. Самарканд"}, {"Kattaqoʻrgʻon shahri", "г. Каттакурган"}, {"Urgut tumani", "Ургутский район"}, {"Bulungʻur tumani", "Булунгурский район"}},
		"SI": {{"Guliston shahri", "г. Гулистан"}, {"Yangiyer shahri", "г. Янгиер"}, {"Sirdaryo tumani", "Сырдарьинский район"}, {"Boyovut tumani", "Баяутский район"}},
		"SU": {{"Termiz shahri", "г. Термез"}, {"Denov tumani", "Денауский район"}, {"Sherobod tumani", "Шерабадский район"}, {"Boysun tumani", "Байсунский район"}},
		"TK": {{"Mirobod tumani", "Мирабадский район"}, {"Yunusobod tumani", "Юнусабадский район"}, {"Chilonzor tumani", "Чиланзарский район"}, {"Mirzo Ulugʻbek tumani", "Мирзо-Улугбекский район"}, {"Yakkasaroy tumani", "Яккасарайский район"}, {"Sergeli tumani", "Сергелийский район"}},
		"TO": {{"Nurafshon shahri", "г. Нурафшан"}, {"Chirchiq shahri", "г. Чирчик"}, {"Zangiota tumani", "Зангиатинский район"}, {"Boʻstonliq tumani", "Бостанлыкский район"}},
		"XO": {{"Urganch shahri", "г. Ургенч"}, {"Xiva shahri", "г. Хива"}, {"Gurlan tumani", "Гурленский район"}, {"Xonqa tumani", "Ханкинский район"}},
	}
}

// streets in Uzbek and Russian, without the number of the house.
func streets() []district {
	return []district{
		{"Amir Temur koʻchasi", "ул. Амира Темура"},
		{"Alisher Navoiy koʻchasi", "ул. Алишера Навои"},
		{"Mustaqillik koʻchasi", "ул. Мустакиллик"},
		{"Bobur koʻchasi", "ул. Бабура"},
		{"Mirzo Ulugʻbek koʻchasi", "ул. Мирзо Улугбека"},
		{"Oʻzbekiston koʻchasi", "ул. Узбекистон"},
		{"Bogʻishamol koʻchasi", "ул. Богишамол"},
		{"Furqat koʻchasi", "ул. Фурката"},
		{"Yangi hayot koʻchasi", "ул. Янги хаёт"},
		{"Tinchlik koʻchasi", "ул. Тинчлик"},
		{"Doʻstlik koʻchasi", "ул. Дустлик"},
		{"Beruniy koʻchasi", "ул. Беруни"},
		{"Sanoatchilar koʻchasi", "ул. Саноатчилар"},
		{"Paxtakor koʻchasi", "ул. Пахтакор"},
		{"Bunyodkor shoh koʻchasi", "проспект Бунёдкор"},
		{"Gʻalaba koʻchasi", "ул. Галаба"},
	}
}
