//go:build dev

package main

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kabinet/internal/platform/i18n"
)

// errand is the first card of a newcomer: what is chosen and what is typed.
type errand struct {
	company
	group  string // "" where the company has only one and is not asked
	gtin   string
	copied string // GTIN of the card that is made like it
	picks  map[string]string
	boxes  []string
	typed  map[string]string
}

// A maker of water, an importer of medicines and an importer of water. Numbers
// from abroad are those of testdata/gtins.tsv.
var errands = []errand{
	{
		company: zarafshon, group: "water", gtin: "4780010000011", copied: "4780010000028",
		picks: map[string]string{"category": "drinking", "hs": "2201109000"},
		boxes: []string{"attr.carbonation=sparkling", "attr.container=pet", "attr.sugar=no"},
		typed: map[string]string{
			"name_uz": "Zilol suvi 0,5 l", "name_ru": "Вода «Зилол» 0,5 л", "brand": "Zilol",
			"attr.volume": "0,5", "attr.shelf_life": "365", "attr.storage": "5–25 °C",
		},
	},
	{
		company: registon, group: "pharma", gtin: "4001234560014", copied: "4001234560021",
		picks: map[string]string{"category": "otc", "hs": "3004900002", "attr.dosage_form": "tablets"},
		boxes: []string{"attr.pack_unit=pcs", "attr.prescription=otc"},
		typed: map[string]string{
			"name_uz": "Paratsetamol 500 mg, 20 tabletka", "name_ru": "Парацетамол 500 мг, 20 таблеток",
			"attr.inn": "Paracetamolum", "attr.dosage": "500 mg", "attr.pack_quantity": "20", "attr.atc": "N02BE01",
			"attr.certificate_number": "DV/X 01234/05/25", "attr.certificate_date": "14.02.2025", "attr.certificate_until": "14.02.2030",
			"attr.shelf_life": "36", "attr.storage": "15–25 °C", "manufacturer": "Heilwerk GmbH", "manufacturer_address": "Berlin, Werkstraße 3",
			"claims": "ООО «Регистон Фарм»", "claims_address": "Ташкент, ул. Амира Темура, 45",
		},
	},
	{
		company: orol, gtin: "4600682000013", copied: "4600682000037",
		picks: map[string]string{"category": "drinking", "hs": "2201109000"},
		boxes: []string{"attr.carbonation=still", "attr.container=pet", "attr.sugar=no"},
		typed: map[string]string{
			"name_uz": "Rodnik Altaya suvi 0,5 l", "name_ru": "Вода «Родник Алтая» 0,5 л", "manufacturer": "Rodnik Altaya LLC", "manufacturer_address": "Barnaul, Lenina 1",
			"claims": "Orol Suv JSC", "claims_address": "Nukus, Doʻstlik 3",
			"attr.volume": "0,5", "attr.shelf_life": "365", "attr.storage": "5–25 °C",
		},
	},
}

// A newcomer's first card, from nothing to the shared catalogue, and what comes
// after: returned and corrected, copied, countries for many at once. Clicks are
// counted as ux.md 4.4 does; the journey makes a card in each of the languages.
func TestACardOfANewcomerGetsIntoTheCatalogue(t *testing.T) {
	t.Parallel()
	w := startWhole(t)
	e := errands[0]
	r := w.sit(t, e.lang)
	r.comesForCards(e.company)
	card := r.makesCard(e)
	staff := w.staff(t, e.lang)
	staff.reads(e.lang)
	staff.returnsCard(e.gtin)
	r.correctsCard(card)
	staff.publishesCard(e.gtin)
	r.findsInCatalogue(e)
	r.copiesCard(e)
	r.fillsCountries(card)
}

// reads chooses a language, and waits for the page in it even when it was in it
// before: the account remembers what another reader chose.
func (r reader) reads(lang i18n.Lang) {
	r.t.Helper()
	r.Eval(`document.body.dataset.before = "yes", ""`)
	r.Press([...]string{"Oʻz", "Рус", "Eng"}[lang])
	r.Until("the page in its language", `document.readyState === "complete" && document.body.dataset.before === undefined`)
}

// comesForCards activates the company and takes the role that sends cards.
func (r reader) comesForCards(c company) {
	r.t.Helper()
	l := r.portal.letterTo(r.t, c)
	r.open(l.path)
	r.Type("#code", strings.ToLower(l.code))
	r.press("way.code.continue")
	r.At("/activate/sign")
	r.findKeys()
	r.choose(c.key...)
	r.sign()
	r.At("/home")
	r.open("/me/access/take?kind=role&thing=card_publisher")
	r.press("access.take.confirm")
	r.At("/me/access")
	r.open("/home")
	r.see("onboarding.hint.no_card")
}

// signAgain signs with the key of the last signature, which is offered first.
func (r reader) signAgain() {
	r.t.Helper()
	r.findKeys()
	r.sign()
}

// makesCard goes from Home to a card that waits: at most fourteen clicks.
func (r reader) makesCard(e errand) (path string) {
	r.t.Helper()
	uncounted := len(e.picks) + 1 // native lists, and "Open" in the window of files
	r.Count()
	r.press("onboarding.task.cards")
	if e.group != "" {
		r.Click(fmt.Sprintf(`#groups a[href$="group=%s"]`, e.group))
	}
	r.Wait("#gtin")
	r.Type("#gtin", e.gtin)
	r.answers(e)
	r.press("card.form.continue")
	r.Wait(`[id="name_uz"]`)
	r.answers(e)
	r.press("card.form.continue")
	r.Wait("input[name=photos]")
	r.Attach("input[name=photos]", r.photo(e.gtin))
	r.press("card.form.continue")
	r.see("card.check.statement")
	r.signAgain()
	r.see("card.flash.sent")
	r.within(14, uncounted, "creating and sending a card")
	path = r.Path()
	r.open("/home")
	r.see("onboarding.hint.cards_waiting")
	return path
}

// answers fills in what the page asks of the errand; of half a page it would
// miss the other half.
func (r reader) answers(e errand) {
	r.t.Helper()
	r.Until("the whole page", `document.readyState !== "loading"`)
	for _, name := range slices.Sorted(maps.Keys(e.picks)) {
		r.Eval(fmt.Sprintf(`(e => { if (e) e.value = %q; return "" })(document.getElementById(%q))`, e.picks[name], name))
	}
	for _, name := range slices.Sorted(maps.Keys(e.typed)) {
		if r.there(`[id="` + name + `"]`) {
			r.Retype(`[id="`+name+`"]`, e.typed[name])
		}
	}
	for _, box := range e.boxes {
		name, value, _ := strings.Cut(box, "=")
		if at := fmt.Sprintf(`input[name="%s"][value="%s"]`, name, value); r.there(at + ":not(:checked)") {
			r.Click(at)
		}
	}
}

func (r reader) there(selector string) bool {
	r.t.Helper()
	return r.Eval(fmt.Sprintf(`String(document.querySelector(%q) !== null)`, selector)) == "true"
}

// photo makes a file with a picture of the goods.
func (r reader) photo(gtin string) string {
	r.t.Helper()
	b, err := pack(gtin, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	path := filepath.Join(r.t.TempDir(), "front.jpg")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

// onDesk opens the queue where the card of a number is the only one.
func (r reader) onDesk(gtin string) {
	r.t.Helper()
	r.open("/op/cards?q=" + url.QueryEscape(gtin))
	r.Wait("#queue tbody th a")
}

// returnsCard gives the card back with words of the moderator's own.
func (r reader) returnsCard(gtin string) {
	r.t.Helper()
	r.onDesk(gtin)
	r.Click("#queue tbody th a")
	r.press("moderation.return")
	r.Wait("#words1_uz")
	r.Eval(`document.querySelector("details.more").open = true; document.querySelector("#words1_field").value = "name_ru"; ""`)
	r.Type("#words1_uz", "Ruscha nomi qadoqdagidek emas")
	r.Type("#words1_ru", "Название не как на упаковке")
	r.Type("#words1_en", "The Russian name is not as on the package")
	r.press("moderation.return.check")
	r.see("moderation.preview.title")
	r.press("moderation.return.submit")
	r.Until("the card is decided", `!location.pathname.endsWith("/return")`)
}

// correctsCard goes from Home to the corrected card on its way: at most five
// clicks, the key being the one that signed before.
func (r reader) correctsCard(card string) {
	r.t.Helper()
	r.open("/home")
	r.Count()
	r.press("onboarding.task.cards_returned")
	r.Wait("#cards tbody th a")
	r.Click("#cards tbody th a")
	r.At(card)
	r.see("card.returned.title")
	r.Retype("#name_ru", "Название как на упаковке, 0,5 л")
	r.press("card.form.to_check")
	r.see("card.check.statement")
	r.signAgain()
	r.see("card.flash.sent")
	r.within(5, 0, "correcting a returned card")
	r.open("/home")
	r.see("onboarding.hint.cards_waiting")
	if r.Sees(r.words("onboarding.task.cards_returned")) {
		r.t.Error("Home still tells of a returned card")
	}
}

// publishesCard takes three clicks from the queue.
func (r reader) publishesCard(gtin string) {
	r.t.Helper()
	r.onDesk(gtin)
	r.Count()
	r.Click("#queue tbody th a")
	r.press("moderation.publish")
	r.press("moderation.publish.submit")
	r.within(3, 0, "publishing a card")
	r.Until("the card is decided", `!location.pathname.endsWith("/publish")`)
}

// findsInCatalogue looks where everybody looks.
func (r reader) findsInCatalogue(e errand) {
	r.t.Helper()
	r.open("/home")
	r.see("onboarding.hint.cards_published")
	r.open("/catalogue?q=" + e.gtin)
	r.Click("main tbody th a")
	r.See(e.gtin)
}

// copiesCard makes a card like the first and sends it: at most eight clicks.
func (r reader) copiesCard(e errand) {
	r.t.Helper()
	r.open("/home")
	r.Count()
	r.press("layout.nav.cards")
	r.press("card.new")
	r.press("card.new.copy")
	r.Wait("#cards tbody th a")
	r.Click("#cards tbody th a")
	r.Wait("#gtin")
	r.Type("#gtin", e.copied)
	r.press("card.copy.submit")
	r.see("card.check.statement")
	r.signAgain()
	r.see("card.flash.sent")
	r.within(8, 0, "copying a card and sending it")
}

// fillsCountries fills in the country of forty cards and sends them: at most
// seven clicks.
func (r reader) fillsCountries(card string) {
	r.t.Helper()
	for n := range 40 {
		gtin := withCheck(fmt.Sprintf("4780011%05d", n))
		if answer := r.Eval(fmt.Sprintf(`fetch(%q, {method: "POST", body: new URLSearchParams({gtin: %q})}).then(r => String(r.status))`, card+"/copy", gtin)); answer != "200" {
			r.t.Fatalf("copying answers %s", answer)
		}
	}
	for _, sql := range []string{
		`update cards set country = '' where gtin like '04780011%'`,
		`update card_versions v set content = content - 'country' from cards c where c.org_id = v.org_id and c.id = v.card_id and c.gtin like '04780011%'`,
	} {
		if _, err := r.portal.DB.Exec(r.t.Context(), sql); err != nil {
			r.t.Fatal(err)
		}
	}
	r.open("/home")
	r.Count()
	r.press("onboarding.task.cards_country")
	r.Wait("#all")
	r.Click("#all")
	r.press("card.bulk.country")
	r.Wait("main form.form #country") // the list asks for a country, too
	const fromTheList = 1
	r.Eval(`document.getElementById("country").value = "UZ"; ""`)
	r.Press(i18n.TextN(r.lang, "card.bulk.country.submit", 40))
	r.See(i18n.TextN(r.lang, "card.bulk.country.done", 40))
	r.signAgain()
	r.See(i18n.TextN(r.lang, "card.bulk.send.done", 40))
	r.within(7, fromTheList, "filling in the country of 40 cards")
	r.open("/home")
	r.see("onboarding.hint.cards_country_done")
}

// withCheck puts the check digit behind the first twelve.
func withCheck(digits string) string {
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return fmt.Sprint(digits, (10-sum%10)%10)
}
