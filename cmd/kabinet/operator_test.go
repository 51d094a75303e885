//go:build dev

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// gulomjonTrades is the director of Zarafshon Sut as a sole trader: the same
// person, another organization, another key.
var gulomjonTrades = company{"412345671", "gulomjon@savdo.example", keyPersonal, i18n.En}

// uploaded has one good row; what is wrong with the others is in the complaints.
const uploaded = `tin;name_uz;name_ru;name_en;legal_form;director;director_pinfl;email;phone;region;district;street;language;groups;gs1_prefixes
412345671;YaTT Oʻrinboyev Gʻulomjon Rustamovich;ИП Уринбоев Гуломжон Рустамович;;yatt;Oʻrinboyev Gʻulomjon Rustamovich;31203800010017;gulomjon@savdo.example;+998 90 123-45-67;SA;Samarqand shahri;Bobur koʻchasi, 2-uy;en;water=non-issuer;
30211844;“Qisqa” MChJ;ООО «Коротко»;;mchj;Karimov Azamat Rustamovich;31203800010017;info@qisqa.example;+998 90 123-45-67;SA;Samarqand shahri;Bobur koʻchasi, 3-uy;uz;water=issuer;
207000004;;ООО «Без имени»;;mchj;Karimov Azamat Rustamovich;31203800010017;info@beznazvaniya.example;+998 90 123-45-67;SA;Samarqand shahri;Bobur koʻchasi, 4-uy;uz;water=issuer;
`

// staff signs somebody of the operator in.
func (w *whole) staff(t *testing.T, lang i18n.Lang) reader {
	t.Helper()
	r := w.sit(t, lang)
	r.open("/op")
	r.At("/op/sign-in")
	r.findKeys()
	r.choose(keyOperator...)
	r.sign()
	r.At("/op")
	return r
}

// takesOver imports organizations: check, complaints, then the good rows.
func (r reader) takesOver() {
	r.t.Helper()
	file := filepath.Join(r.t.TempDir(), "old-account.csv")
	if err := os.WriteFile(file, []byte(uploaded), 0o600); err != nil {
		r.t.Fatal(err)
	}
	r.press("legacy.list.title")
	r.At("/op/imports")
	r.press("legacy.list.new")
	r.At("/op/imports/new")
	r.press("legacy.new.submit")
	r.see("legacy.file.none")
	r.examine("op-import-no-file")
	r.Attach(`input[type=file]`, file)
	r.press("legacy.new.submit")
	r.see("legacy.show.nothing_stored") // comes by itself when the check is done
	for _, complaint := range []string{"org.draft.tin", "org.draft.empty"} {
		r.see(complaint)
		r.see("legacy.advice." + complaint)
	}
	r.examine("op-import-checked")
	r.Press(i18n.TextN(r.lang, "legacy.show.apply", 1))
	r.See(r.words("legacy.mode.apply") + ": " + r.words("legacy.progress.of", "done", 3, "total", 3, "bad", 2))
	r.see("legacy.state.done_errors")
	r.see("legacy.show.invite")
	r.examine("op-import-done")
}

// launches a campaign of one-time links and watches it go out.
func (r reader) launches(c company) {
	r.t.Helper()
	now := clock.System()
	r.press("campaign.title")
	r.At("/op/campaigns")
	r.press("campaign.new")
	r.At("/op/campaigns/new")
	r.press("campaign.form.check")
	r.Wait("#summary")
	r.examine("op-campaign-wrong")
	r.Type("#name", "Main launch")
	r.Click(`input[name=kind][value=link]`)
	r.Retype("#opens_at", moment(now.Add(-time.Minute)))
	r.Retype("#closes_at", moment(now.AddDate(0, 1, 0)))
	r.Type("#tins", c.tin)
	r.press("campaign.form.check")
	r.see("campaign.check")
	r.examine("op-campaign-check")
	r.press("campaign.form.create")
	r.see("campaign.flash.created")
	r.examine("op-campaign-draft")
	r.changesDraft()
	r.press("campaign.start")
	r.see("campaign.start_title", "name", "Main launch")
	r.examine("op-campaign-start")
	r.press("campaign.start")
	r.see("campaign.line", "done", 1, "total", 1, "share", "100 %") // comes by itself when the letter has left
	r.examine("op-campaign-sent")
	r.press("letter.title")
	r.At("/op/letters")
	r.See(c.email)
	r.press("system.audit.title")
	r.At("/op/audit")
	r.See("Timur Operatorov")
}

// changesDraft while somebody else does too.
func (r reader) changesDraft() {
	r.t.Helper()
	r.press("campaign.edit")
	r.see("campaign.form.whom_text")
	r.examine("op-campaign-edit")
	r.press("campaign.form.check")
	r.see("campaign.check")
	if _, err := r.portal.DB.Exec(r.t.Context(), `update campaigns set version = version + 1, edited_by = 'Lola', edited_at = now() where status = 'draft'`); err != nil {
		r.t.Fatal(err)
	}
	r.press("campaign.form.save")
	r.see("campaign.clash_text", "name", "Lola")
	r.examine("op-campaign-clash")
	r.press("campaign.save_mine")
	r.see("campaign.flash.edited")
}

func moment(t time.Time) string { return ui.Date(t) + " " + ui.Clock(t) }

// activateByLink goes from a letter without a code to Home: at most four clicks.
func (r reader) activateByLink(l letter, c company) {
	r.t.Helper()
	const fromTheLetter = 1
	if l.code != "" {
		r.t.Errorf("a letter of the older kind holds a code: %q", l.code)
	}
	r.open(l.path)
	r.examine("letter-link")
	r.Count()
	r.findKeys()
	r.choose(c.key...)
	r.sign()
	r.At("/home")
	r.within(4, fromTheLetter, "the activation by link")
}

// chooses signs in where the key opens two organizations.
func (r reader) chooses() {
	r.t.Helper()
	r.press("layout.sign_out")
	r.At("/")
	r.open("/me")
	r.At("/sign-in")
	r.findKeys()
	r.choose(keyGulomjon...)
	r.sign()
	r.At("/sign-in/organization")
	r.examine("organizations")
	r.Eval(`document.querySelectorAll("input[name=org]").forEach(i => i.checked = false); ""`)
	r.press("signin.choice.submit")
	r.see("signin.choice.unknown")
	r.Click(`input[name=org]`)
	r.press("signin.choice.submit")
	r.At("/me") // where the person wanted to go
	if !strings.Contains(r.Text("header"), "Zarafshon") && !strings.Contains(r.Text("header"), "YaTT") {
		r.t.Errorf("the bar names no organization: %q", r.Text("header"))
	}
}
