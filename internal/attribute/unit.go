package attribute

// UnitIn is the unit of an attribute as it is written in a language: signs of
// units have Russian letters in Russian.
func (a Attribute) UnitIn(lang string) string {
	if lang == "ru" {
		if sign, ok := russianUnit(a.Unit); ok {
			return sign
		}
	}
	return a.Unit
}

func russianUnit(unit string) (string, bool) {
	switch unit {
	case "l":
		return "л", true
	case "ml":
		return "мл", true
	case "g":
		return "г", true
	case "kg":
		return "кг", true
	case "mg":
		return "мг", true
	case "g/l":
		return "г/л", true
	case "mm":
		return "мм", true
	case "cm":
		return "см", true
	case "m":
		return "м", true
	case "W":
		return "Вт", true
	case "kW":
		return "кВт", true
	case "V":
		return "В", true
	}
	return "", false
}
