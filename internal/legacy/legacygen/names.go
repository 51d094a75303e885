package legacygen

// word is a word in Uzbek (Latin) and in Russian spelling.
type word struct{ uz, ru string }

// firstWords open the name of a company.
func firstWords() []word {
	return []word{
		{"Zarafshon", "Зарафшан"},
		{"Registon", "Регистан"},
		{"Chinor", "Чинор"},
		{"Oq Oltin", "Ок Олтин"},
		{"Gʻallakor", "Галлакор"},
		{"Oʻzbegim", "Узбегим"},
		{"Boʻston", "Бустон"},
		{"Sarbon", "Сарбон"},
		{"Humo", "Хумо"},
		{"Turon", "Турон"},
		{"Navroʻz", "Навруз"},
		{"Mehrigiyo", "Мехригиё"},
		{"Sohil", "Сохил"},
		{"Bahor", "Бахор"},
		{"Yulduz", "Юлдуз"},
		{"Oltin Vodiy", "Олтин Водий"},
		{"Koʻhinur", "Кухинур"},
		{"Qoratogʻ", "Каратог"},
		{"Shifobaxsh", "Шифобахш"},
		{"Barakat", "Баракат"},
		{"Nihol", "Нихол"},
		{"Sharq", "Шарк"},
		{"Ipak Yoʻli", "Ипак Йули"},
		{"Afrosiyob", "Афросиаб"},
		{"Chashma", "Чашма"},
		{"Oydin", "Ойдин"},
		{"Tong", "Тонг"},
		{"Quyosh", "Куёш"},
		{"Anhor", "Анхор"},
		{"Marvarid", "Марварид"},
		{"Feruza", "Феруза"},
		{"Sadaf", "Садаф"},
		{"Gulshan", "Гулшан"},
		{"Yaylov", "Яйлов"},
		{"Zamin", "Замин"},
		{"Ishonch", "Ишонч"},
		{"Umid", "Умид"},
		{"Saxovat", "Саховат"},
		{"Baraka", "Барака"},
		{"Oqtosh", "Окташ"},
		{"Koʻksaroy", "Куксарой"},
		{"Dilorom", "Дилором"},
		{"Nurli Kelajak", "Нурли Келажак"},
		{"Toshbuloq", "Ташбулак"},
		{"Yangiobod", "Янгиабад"},
		{"Paxtaobod", "Пахтаабад"},
		{"Guliston", "Гулистан"},
		{"Orzu", "Орзу"},
	}
}

// trade is what goes with a product group: the group's name in the API, words
// that end a company's name, and whether such companies usually emit codes.
type trade struct {
	group string
	words []word
	en    string
	often int // how many of a hundred companies
}

func trades() []trade {
	return []trade{
		{"water", []word{{"Suv", "Сув"}, {"Bulogʻi", "Булоги"}, {"Sharbat", "Шарбат"}}, "Water", 22},
		{"beer", []word{{"Pivo", "Пиво"}, {"Arpa", "Арпа"}}, "Brewery", 7},
		{"alcohol", []word{{"Sharob", "Шароб"}, {"Uzum", "Узум"}}, "Winery", 7},
		{"tobacco", []word{{"Tamaki", "Тамаки"}}, "Tobacco", 3},
		{"pharma", []word{{"Farm", "Фарм"}, {"Dori-Darmon", "Дори-Дармон"}}, "Pharm", 15},
		{"medicals", []word{{"Med Servis", "Мед Сервис"}, {"Tibbiyot", "Тиббиёт"}}, "Medical", 10},
		{"bio", []word{{"Bio", "Био"}, {"Vita", "Вита"}}, "Bio", 8},
		{"appliances", []word{{"Texnika", "Техника"}, {"Elektr", "Электр"}}, "Appliances", 8},
		{"antiseptic", []word{{"Gigiyena", "Гигиена"}}, "Hygiene", 5},
		{"vegetableoil", []word{{"Yogʻ", "Ёг"}, {"Moy Ekstrakt", "Мой Экстракт"}}, "Oil", 9},
		{"fertilizers", []word{{"Agro", "Агро"}, {"Agrokimyo", "Агрокимё"}}, "Agro", 6},
	}
}

func surnames() []string {
	return []string{
		"Karimov", "Rahimov", "Saidov", "Tursunov", "Yusupov", "Abdullayev", "Ergashev", "Ismoilov", "Qodirov", "Mirzayev",
		"Nazarov", "Oʻrinboyev", "Hamidov", "Xolmatov", "Joʻrayev", "Sobirov", "Toshpoʻlatov", "Umarov", "Sharipov", "Boboyev",
		"Gʻafurov", "Haydarov", "Eshonqulov", "Nurmatov", "Qosimov", "Rustamov", "Salimov", "Tojiyev", "Usmonov", "Zokirov",
		"Bekmuratov", "Allaberganov", "Matyoqubov", "Norqulov", "Pardayev", "Shodiyev", "Vohidov", "Xudoyberdiyev", "Yoʻldoshev", "Ahmedov",
	}
}

func menNames() []string {
	return []string{
		"Azamat", "Bahodir", "Doniyor", "Elyor", "Farhod", "Gʻulomjon", "Husan", "Islom", "Jasur", "Kamol",
		"Laziz", "Murod", "Nodir", "Otabek", "Poʻlat", "Ravshan", "Sardor", "Temur", "Ulugʻbek", "Xurshid",
		"Yusuf", "Zafar", "Shuhrat", "Anvar", "Botir", "Oybek", "Sherzod", "Muzaffar", "Dilshod", "Akmal",
	}
}

func womenNames() []string {
	return []string{
		"Nilufar", "Malika", "Dilnoza", "Gulnora", "Zulfiya", "Feruza", "Shahnoza", "Nargiza", "Oydin", "Saodat",
		"Lola", "Munira", "Barno", "Umida", "Xurshida", "Yulduz", "Kamola", "Iroda", "Gulchehra", "Mavluda",
	}
}

// fathers are names that take -ovich and -ovna without a change.
func fathers() []string {
	return []string{
		"Anvar", "Rustam", "Karim", "Rashid", "Ulugʻbek", "Bahodir", "Farhod", "Murod", "Jasur", "Temur",
		"Olim", "Shavkat", "Zokir", "Nodir", "Ravshan", "Hamid", "Botir", "Akbar", "Sobir", "Tohir",
	}
}
