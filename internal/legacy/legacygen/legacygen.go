// Package legacygen makes files of the old personal account with invented
// organizations: the same size and seed always make the same file.
//
// The first four rows never change; they are the companies of the
// demonstration, whose directors have keys in the simulator.
package legacygen

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"

	"kabinet/internal/core/region"
)

// Most is how many organizations have distinct tax numbers.
const Most = 5_000_000

// Row is one organization, in the order of Header.
type Row [15]string

// Header names the columns.
func Header() Row {
	return Row{
		"tin", "name_uz", "name_ru", "name_en", "legal_form", "director", "director_pinfl", "email", "phone",
		"region", "district", "street", "language", "groups", "gs1_prefixes",
	}
}

// Rows makes n organizations.
func Rows(n int, seed uint64) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		demo := Demo()
		g := newGenerator(seed)
		for i := range min(n, Most) {
			if !yield(g.orDemo(demo, i)) {
				return
			}
		}
	}
}

// orDemo gives row i: the first ones are those of the demonstration.
func (g *generator) orDemo(demo []Row, i int) Row {
	if i < len(demo) {
		return demo[i]
	}
	return g.row(i)
}

// Demo gives the companies of the demonstration.
func Demo() []Row {
	return []Row{
		{"302118447", "“Zarafshon Sut” MChJ", "ООО «Зарафшон Сут»", "Zarafshon Sut LLC", "mchj", "Oʻrinboyev Gʻulomjon Rustamovich", "31203800010017", "buxgalteriya@zarafshonsut.example", "+998 66 233-45-67", "SA", "Samarqand shahri", "Bogʻishamol koʻchasi, 12-uy", "uz", "water=issuer, bio=issuer", "478001"},
		{"305667718", "“Registon Farm” MChJ", "ООО «Регистон Фарм»", "", "mchj", "Karimova Nilufar Baxtiyorovna", "42507850020025", "info@registonfarm.example", "+998 71 252-18-30", "TK", "Мирабадский район", "ул. Амира Темура, 45", "ru", "pharma=issuer, medicals=non-issuer", ""},
		{"309004412", "“Orol Suv” AJ", "АО «Орол Сув»", "Orol Suv JSC", "aj", "Bekmuratov Azamat Jumabayevich", "30109770030033", "office@orolsuv.example", "+998 61 222-07-15", "QR", "Nukus shahri", "Doʻstlik guzari koʻchasi, 3-uy", "en", "water=issuer", ""},
		{"512345671", "YaTT Saidova Malika Anvarovna", "ИП Саидова Малика Анваровна", "", "yatt", "Saidova Malika Anvarovna", "41811900040041", "malika@saidova.example", "+998 91 428-66-02", "XO", "Urganch shahri", "Al-Xorazmiy koʻchasi, 27-uy", "uz", "beer=non-issuer", ""},
	}
}

type generator struct {
	r                 *rand.Rand
	regions           []region.Region
	places            map[string][]district
	streets           []district
	names             []word
	trades            []trade
	surnames, fathers []string
	men, women        []string
	cyrillic          *strings.Replacer
}

func newGenerator(seed uint64) *generator {
	return &generator{
		r:       rand.New(rand.NewPCG(seed, 2)), //nolint:gosec // invented data that must repeat
		regions: region.All(), places: districts(), streets: streets(),
		names: firstWords(), trades: trades(),
		surnames: surnames(), fathers: fathers(), men: menNames(), women: womenNames(),
		cyrillic: cyrillicLetters(),
	}
}

// person is a director with a personal number that fits.
type person struct{ name, pinfl string }

func (g *generator) row(i int) Row {
	p := g.person(i)
	lang := g.language()
	main := g.trade()
	row := Row{6: p.pinfl, 5: p.name, 8: g.phone(), 12: lang, 13: g.groups(main)}
	g.address(&row, lang)
	if g.chance(18) {
		g.soleTrader(&row, i, p, lang)
	} else {
		g.company(&row, i, main, lang)
	}
	return row
}

// number spreads i over [0, Most) without repeating: the factor shares no
// divisor with it.
func number(i int) int { return (i*1_299_709 + 777_767) % Most }

func (g *generator) company(row *Row, i int, t trade, lang string) {
	first, second := pick(g, g.names), pick(g, t.words)
	uz, ru := first.uz+" "+second.uz, first.ru+" "+second.ru
	f := g.form()
	row[0] = fmt.Sprintf("%09d", 200_000_000+number(i)*30+g.r.IntN(30))
	row[1] = fmt.Sprintf("“%s” %s", uz, f.uz)
	row[2] = fmt.Sprintf("%s «%s»", f.ru, ru)
	if g.chance(35) {
		row[3] = fmt.Sprintf("%s %s %s", plain(first.uz), t.en, f.en)
	}
	row[4] = map[string]string{"uz": f.code, "ru": f.ru, "en": f.en}[lang]
	row[7] = fmt.Sprintf("%s@%s-%d.example", pick(g, []string{"info", "office", "buxgalteriya", "mail", "kontakt"}), slug(uz), i+1)
	if g.chance(60) {
		row[14] = g.prefixes(i)
	}
}

func (g *generator) soleTrader(row *Row, i int, p person, lang string) {
	row[0] = fmt.Sprintf("%09d", 400_000_000+number(i)*70+g.r.IntN(70))
	row[1] = "YaTT " + p.name
	row[2] = "ИП " + g.russian(p.name)
	row[4] = map[string]string{"uz": "yatt", "ru": "ИП", "en": "sole trader"}[lang]
	row[7] = fmt.Sprintf("%s%d@pochta.example", slug(strings.Fields(p.name)[0]), i+1)
}

// legalForm is a form as each language writes it in a name.
type legalForm struct {
	code, uz, ru, en string
	often            int
}

func (g *generator) form() legalForm {
	forms := []legalForm{
		{"mchj", "MChJ", "ООО", "LLC", 70},
		{"xk", "XK", "ЧП", "PE", 8},
		{"aj", "AJ", "АО", "JSC", 6},
		{"ok", "oilaviy korxona", "семейное предприятие", "family enterprise", 5},
		{"qk", "QK", "СП", "JV", 4},
		{"fx", "fermer xoʻjaligi", "фермерское хозяйство", "farm", 3},
		{"duk", "DUK", "ГУП", "SUE", 2},
		{"dk", "DK", "ГП", "state enterprise", 1},
		{"koop", "kooperativ", "производственный кооператив", "production cooperative", 1},
	}
	n := g.r.IntN(100)
	for _, f := range forms {
		if n -= f.often; n < 0 {
			return f
		}
	}
	return forms[0]
}

func (g *generator) language() string {
	switch n := g.r.IntN(100); {
	case n < 68:
		return "uz"
	case n < 95:
		return "ru"
	}
	return "en"
}

func (g *generator) trade() trade {
	n := g.r.IntN(100)
	for _, t := range g.trades {
		if n -= t.often; n < 0 {
			return t
		}
	}
	return g.trades[0]
}

// groups lists the main group and, for some, one or two more.
func (g *generator) groups(main trade) string {
	list := []string{main.group + "=" + pick(g, []string{"issuer", "issuer", "non-issuer"})}
	for g.chance(22) && len(list) < 3 {
		t := pick(g, g.trades)
		if !strings.Contains(strings.Join(list, ","), t.group+"=") {
			list = append(list, t.group+"=non-issuer")
		}
	}
	return strings.Join(list, ", ")
}

// prefixes are nine digits long, so that none is the demonstration's.
func (g *generator) prefixes(i int) string {
	first := fmt.Sprintf("478%07d", number(i)*2)
	if g.chance(10) {
		return first + ", " + fmt.Sprintf("478%07d", number(i)*2+1)
	}
	return first
}

func (g *generator) address(row *Row, lang string) {
	at := pick(g, g.regions)
	d, s := pick(g, g.places[at.Code]), pick(g, g.streets)
	house := 1 + g.r.IntN(180)
	switch lang {
	case "ru":
		row[9], row[10], row[11] = at.Ru, d.ru, fmt.Sprintf("%s, %d", s.ru, house)
	case "en":
		row[9], row[10], row[11] = at.Code, d.uz, fmt.Sprintf("%s, %d-uy", s.uz, house)
	default:
		row[9], row[10], row[11] = at.Uz, d.uz, fmt.Sprintf("%s, %d-uy", s.uz, house)
	}
}

func (g *generator) phone() string {
	return fmt.Sprintf("+998 %s %03d-%02d-%02d", pick(g, []string{"90", "91", "93", "94", "97", "99", "71", "66"}),
		200+g.r.IntN(800), g.r.IntN(100), g.r.IntN(100))
}

// person makes a name and a personal number with the sex, century and date of
// birth that belong to it.
func (g *generator) person(i int) person {
	woman, year := g.chance(30), 1955+g.r.IntN(48)
	name := pick(g, g.surnames)
	first, father := pick(g, g.men), pick(g, g.fathers)
	ending, son := "ovich", " oʻgʻli"
	if woman {
		name += "a"
		first, ending, son = pick(g, g.women), "ovna", " qizi"
	}
	if year > 1985 && g.chance(50) {
		ending = son
	}
	sex := 3
	if woman {
		sex++
	}
	if year >= 2000 {
		sex += 2
	}
	return person{
		name: name + " " + first + " " + father + ending,
		pinfl: fmt.Sprintf("%d%02d%02d%02d%07d", sex, 1+g.r.IntN(28), 1+g.r.IntN(12), year%100,
			(i*7919+1_000_003)%10_000_000),
	}
}

func (g *generator) chance(percent int) bool { return g.r.IntN(100) < percent }

func pick[T any](g *generator, from []T) T { return from[g.r.IntN(len(from))] }
