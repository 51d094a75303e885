//go:build dev

package main

import (
	"fmt"
	"io"

	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/web/devview"
	"kabinet/web/ui"
)

// person is one key in the simulator and what it is good for.
type person struct {
	eimzosim.Person
	Flaw eimzosim.Flaw
	For  string
}

type people []person

// cast is who a newcomer can be. The first four are the directors of the first
// records in testdata/legacy/organizations.csv.
func cast() people {
	director := func(cn, surname, name, pinfl, own, tin, org, form string) eimzosim.Person {
		return eimzosim.Person{CN: cn, Surname: surname, Name: name, PINFL: pinfl, PersonTIN: own, OrgTIN: tin, Org: org, LegalForm: form, Position: "Direktor"}
	}
	gulomjon := director("OʻRINBOYEV GʻULOMJON RUSTAMOVICH", "OʻRINBOYEV", "GʻULOMJON", "31203800010017", "412345671", "302118447", "“ZARAFSHON SUT” MCHJ", "MCHJ")
	natural := gulomjon
	natural.OrgTIN, natural.Org, natural.LegalForm, natural.Position = "", "", "", ""
	accountant := director("YOʻLDOSHEVA DILNOZA AKMALOVNA", "YOʻLDOSHEVA", "DILNOZA", "41509880010051", "423456782", "302118447", "“ZARAFSHON SUT” MCHJ", "MCHJ")
	accountant.Position = "Bosh buxgalter"
	expired, revoked := gulomjon, gulomjon // their position tells them apart in the list of keys
	expired.Position, revoked.Position = "Direktor (muddati tugagan kalit)", "Direktor (bekor qilingan kalit)"
	return people{
		{gulomjon, "", "director of “Zarafshon Sut” MChJ: activates and signs in"},
		{director("KARIMOVA NILUFAR BAXTIYOROVNA", "KARIMOVA", "NILUFAR", "42507850020025", "434567893", "305667718", "“REGISTON FARM” MCHJ", "MCHJ"), "", "director of “Registon Farm” MChJ"},
		{director("BEKMURATOV AZAMAT JUMABAYEVICH", "BEKMURATOV", "AZAMAT", "30109770030033", "445678904", "309004412", "“OROL SUV” AJ", "AJ"), "", "director of “Orol Suv” AJ"},
		{eimzosim.Person{CN: "SAIDOVA MALIKA ANVAROVNA", Surname: "SAIDOVA", Name: "MALIKA", PINFL: "41811900040041", PersonTIN: "512345671"}, "", "sole trader Saidova Malika"},
		{accountant, "", "accountant of Zarafshon Sut: right company, wrong person, until invited"},
		{natural, "", "the same director's personal key: refused for the company"},
		{expired, eimzosim.Expired, "the same director, expired key"},
		{revoked, eimzosim.Revoked, "the same director, revoked key"},
		{director("YOʻLDOSHEV ULUGʻBEK FARHODOVICH", "YOʻLDOSHEV", "ULUGʻBEK", string(directorPINFL), "467890126", string(companyTIN), "“REGISTON TIBBIYOT” MCHJ", "MCHJ"), "", "director of “Registon Tibbiyot” MChJ, which is at work already: signs in"},
		{eimzosim.Person{CN: "YUSUPOVA ZULFIYA RAHIMOVNA", Surname: "YUSUPOVA", Name: "ZULFIYA", PINFL: invitedPINFL, PersonTIN: "478901237"}, "", "invited user of “Registon Tibbiyot” MChJ: letter to " + companyMail},
		{director("TOʻRAYEVA ZEBO SHUHRATOVNA", "TOʻRAYEVA", "ZEBO", "42209880060066", "489012348", "310455629", "“HISOR BULOGʻI” MCHJ", "MCHJ"), "", "director of “Hisor Bulogʻi” MChJ, which has no account: registers it under /register"},
		{eimzosim.Person{CN: "NORMATOV OTABEK ILHOMOVICH", Surname: "NORMATOV", Name: "OTABEK", PINFL: "30611920110116", PersonTIN: "523456780"}, "", "sole trader without an account: registers"},
		{director("SOBIROV DILSHOD ERKINOVICH", "SOBIROV", "DILSHOD", "31712790090092", "490123459", "308120954", "“JAYHUN SAVDO” MCHJ", "MCHJ"), "", "director of “Jayhun Savdo” MChJ, which is liquidated: refused"},
		{director("HAKIMOV JASUR TOʻLQINOVICH", "HAKIMOV", "JASUR", "31402860070078", "491234560", string(companyTIN), "“REGISTON TIBBIYOT” MCHJ", "MCHJ"), "", "new director of “Registon Tibbiyot” MChJ: takes over under /director"},
		{director("KARIMOV BOTIR RAVSHAN OʻGʻLI", "KARIMOV", "BOTIR", string(makerPINFL), "491876540", string(makerTIN), "“CHINOR VITA” MCHJ", "MCHJ"), "", "director of “Chinor Vita” MChJ, whose cards stand in the shared catalogue"},
		{eimzosim.Person{CN: "MODERATOROVA LOLA SOBIROVNA", Surname: "MODERATOROVA", Name: "LOLA", PINFL: "42211880070072", PersonTIN: "456789023"}, "", "operator's staff, moderator of product cards: /op/cards"},
		{eimzosim.Person{CN: "OPERATOROV TIMUR OLIMOVICH", Surname: "OPERATOROV", Name: "TIMUR", PINFL: "31505820050059", PersonTIN: "456789015"}, "", "operator's staff, administrator: /op"},
	}
}

// issueKeys puts the cast's keys on the simulated disk; kept ones are found.
func issueKeys(sim *eimzosim.Simulator) (people, error) {
	all := cast()
	for _, p := range all {
		var flaws []eimzosim.Flaw
		if p.Flaw != "" {
			flaws = append(flaws, p.Flaw)
		}
		if _, err := sim.Issue(p.Person, flaws...); err != nil {
			return nil, fmt.Errorf("key of %s: %w", p.CN, err)
		}
	}
	return all, nil
}

func (w *workshop) hints() []devview.Hint {
	base := string(w.conf.Web.BaseURL)
	return []devview.Hint{
		{Title: "Open the activation letter", URL: base + "/dev/mail", Text: "Choose the letter to buxgalteriya@zarafshonsut.example, follow its link, type its code, press “Choose a key”, choose Oʻrinboyev Gʻulomjon of “zarafshon sut” mchj (direktor), press “Sign”"},
		{Title: "Sign in later", URL: base + "/sign-in", Text: "Press “Choose a key”, choose the same key, press “Sign in with this key”"},
		{Title: "Join as an invited user", URL: base + "/dev/mail", Text: "Open the letter to " + companyMail + ", follow its link, type its code, sign with the key YUSUPOVA ZULFIYA; the letter to it@registon-tibbiyot-500.example sets the password of a program"},
		{Title: "Register a new company", URL: base + "/register", Text: "Key TOʻRAYEVA ZEBO of “hisor bulogʻi” mchj; the code comes to /dev/mail"},
		{Title: "Operator area", URL: base + "/op", Text: "Key OPERATOROV TIMUR: import organizations, run campaigns, watch letters and jobs"},
		{Title: "Decide about product cards", URL: base + "/op/cards", Text: "Key MODERATOROVA LOLA: cards of two organizations wait; cards in every state are under /cards with the key YOʻLDOSHEV ULUGʻBEK"},
		{Title: "Switch the simulator", URL: w.sim.ControlURL(), Text: "Cancelled window, wrong password, slow, no keys, not running …"},
		{Title: "Parts of pages", URL: base + "/dev/ui", Text: "Every component in every state"},
	}
}

func (w *workshop) keys() []ui.Pair {
	pairs := make([]ui.Pair, 0, len(w.people))
	for _, p := range w.people {
		pairs = append(pairs, ui.Pair{Key: p.CN, Value: p.For})
	}
	return pairs
}

// printHints says all a newcomer needs; the same stands on /dev.
func (w *workshop) printHints(out io.Writer) {
	fmt.Fprintf(out, "Kabinet runs on %s - begin at %s/dev\n\n", w.conf.Web.BaseURL, w.conf.Web.BaseURL)
	for i, h := range w.hints() {
		fmt.Fprintf(out, "  %d. %-30s %s\n       %s\n", i+1, h.Title, h.URL, h.Text)
	}
	fmt.Fprintf(out, "\nKeys in the E-IMZO simulator (no password is asked):\n")
	for _, k := range w.keys() {
		fmt.Fprintf(out, "  %-36s %s\n", k.Key, k.Value)
	}
	fmt.Fprintf(out, "\nCtrl-C stops everything; the data stays in %s (make clean forgets it).\n", folder)
}
