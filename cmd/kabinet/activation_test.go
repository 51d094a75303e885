//go:build dev

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/i18n"
)

// company is one of the organizations whose director's key is in the simulator.
type company struct {
	tin, email string
	key        []string // words that tell the key from all others in the list
	lang       i18n.Lang
}

// The first records of testdata/legacy/organizations.csv.
var (
	zarafshon = company{"302118447", "buxgalteriya@zarafshonsut.example", keyGulomjon, i18n.Uz}
	registon  = company{"305667718", "info@registonfarm.example", []string{"Karimova Nilufar"}, i18n.Ru}
	orol      = company{"309004412", "office@orolsuv.example", []string{"Bekmuratov Azamat"}, i18n.En}
	saidova   = company{"512345671", "malika@saidova.example", []string{"Saidova Malika"}, i18n.Uz}
)

// The keys of the first company's people; see cast.
var (
	keyGulomjon   = []string{"Oʻrinboyev Gʻulomjon", "302118447", "!qilingan"}
	keyRevoked    = []string{"Oʻrinboyev Gʻulomjon", "qilingan"}
	keyPersonal   = []string{"Oʻrinboyev Gʻulomjon", "412345671"}
	keyAccountant = []string{"Yoʻldosheva Dilnoza"}
	keyOperator   = []string{"Operatorov Timur"}
)

// letter is what a director reads in the activation letter.
type letter struct{ subject, path, code string }

var (
	linkInLetter = regexp.MustCompile(`(?m)^http://[^/\s]+(/activate/[a-z0-9]+)$`)
	codeInLetter = regexp.MustCompile(`(?m)^ {4}((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})$`)
)

// letterTo waits for the newest letter to a company and reads it.
func (w *whole) letterTo(t *testing.T, c company) letter {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	m, err := w.Mail.WaitTo(ctx, c.email)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(m.Text, "\r\n", "\n")
	link := linkInLetter.FindStringSubmatch(text)
	if link == nil {
		t.Fatalf("no link in the letter:\n%s", text)
	}
	l := letter{subject: m.Subject, path: link[1]}
	if code := codeInLetter.FindStringSubmatch(text); code != nil {
		l.code = code[1]
	}
	return l
}

// letterAfter waits for a letter that is not the earlier one.
func (w *whole) letterAfter(t *testing.T, c company, earlier letter) letter {
	t.Helper()
	for seen := w.Mail.Total(); ; seen++ {
		if l := w.letterTo(t, c); l != earlier {
			return l
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		err := w.Mail.Wait(ctx, seen+1)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// findKeys presses the button that looks for keys and waits for the list.
func (r reader) findKeys() {
	r.t.Helper()
	r.Click(`[data-eds-start]`)
	r.state("choose")
}

// state waits until the signing panel has come to rest with this code.
func (r reader) state(code string) {
	r.t.Helper()
	r.Wait(fmt.Sprintf(`form[data-eds-state=%q]:not([aria-busy])`, code))
}

// choose marks the only usable key whose row reads all these words, and none
// of those after an exclamation mark.
func (r reader) choose(words ...string) {
	r.t.Helper()
	list, _ := json.Marshal(words) // strings always have a form
	fit := r.Eval(fmt.Sprintf(`[...document.querySelectorAll("[data-eds-row]")].flatMap((row, i) =>
		!row.querySelector("input:disabled") && %s.every(w => row.innerText.replaceAll("\u00a0", "").includes(w.replace("!", "")) != w.startsWith("!")) ? [i + 1] : []).join()`, list))
	if _, err := strconv.Atoi(fit); err != nil {
		r.t.Fatalf("the rows %q of the list of keys read %q:\n%s", fit, words, r.Text("[data-eds-keys]"))
	}
	r.Click(fmt.Sprintf(`[data-eds-row]:nth-of-type(%s)`, fit))
}

func (r reader) sign() {
	r.t.Helper()
	r.Click(`[data-eds-sign]`)
}

// The tests of the main job share one program: three companies from the letter
// to a colleague who works, beside the operator, visitors and newcomers.
func TestTheMainJob(t *testing.T) {
	t.Parallel()
	w := startWhole(t)
	t.Run("beside each other", func(t *testing.T) {
		for _, c := range []company{zarafshon, registon, orol} {
			t.Run("a director reading "+c.lang.Name(), func(t *testing.T) {
				t.Parallel()
				w.firstDay(t, c)
			})
		}
		t.Run("the operator", func(t *testing.T) {
			t.Parallel()
			r := w.staff(t, i18n.Ru)
			r.takesOver()
			r.launches(gulomjonTrades)
			r.toursStaff()
		})
		t.Run("visitors", func(t *testing.T) {
			t.Parallel()
			w.sit(t, i18n.Uz).toursPublic()
			w.sit(t, i18n.En).toursDevelopment()
			w.sit(t, i18n.Ru).registers()
			w.sit(t, i18n.Uz).toursHelp()
		})
		t.Run("a company at work", func(t *testing.T) {
			t.Parallel()
			w.sit(t, i18n.Uz).joins()
			w.sit(t, i18n.En).setsPassword()
			w.isAtWork(t)
		})
	})
	t.Run("and then", func(t *testing.T) {
		for name, works := range map[string]func(reader){"decides": reader.decidesAll, "moderates": reader.toursDesk, "keeps watch": reader.toursWatch} {
			t.Run("the operator "+name, func(t *testing.T) {
				t.Parallel()
				works(w.staff(t, i18n.Ru))
			})
		}
		t.Run("a sole trader with another organization", func(t *testing.T) {
			t.Parallel()
			r := w.sit(t, i18n.Uz)
			r.activateByLink(w.letterTo(t, gulomjonTrades), gulomjonTrades)
			r.chooses()
			r.toursMember()
		})
	})
	w.everyPageSeen(t)
}

// firstDay is the first day of a company: its director activates it and sets it
// up, a colleague comes in at another computer, sees what the roles allow and
// asks for more.
func (w *whole) firstDay(t *testing.T, c company) {
	r, other := w.sit(t, c.lang), w.sit(t, c.lang)
	r.becomesActive(c)
	r.setsUp(c)
	other.comesIn(colleagueOf(c))
	r.answersColleague()
	other.isAnswered()
}

// becomesActive is the way of a director: letter, code, signature, Home, and
// back again by key.
func (r reader) becomesActive(c company) {
	r.t.Helper()
	l := r.portal.letterTo(r.t, c)
	if want := map[i18n.Lang]string{
		i18n.Uz: "ASL BELGISI", i18n.Ru: "Активация учетной записи ASL BELGISI", i18n.En: "ASL BELGISI account activation",
	}[c.lang]; !strings.Contains(l.subject, want) {
		r.t.Errorf("the subject is %q", l.subject)
	}
	r.activateByCode(l, c)
	r.see("signup.done")
	r.examine("home-new")
	r.comeBack(c)
}

// activateByCode goes from the letter to Home: at most five clicks.
func (r reader) activateByCode(l letter, c company) {
	r.t.Helper()
	const fromTheLetter = 1 // opening the link is a click too
	r.open(l.path)
	r.examine("letter")
	r.Count()
	r.Type("#code", strings.ToLower(l.code))
	r.press("way.code.continue")
	r.At("/activate/sign")
	r.examine("sign")
	r.findKeys()
	r.examine("sign-keys")
	r.choose(c.key...)
	r.sign()
	r.At("/home")
	r.within(5, fromTheLetter, "the activation")
}

// comeBack signs out and in again, and looks at the list of sessions.
func (r reader) comeBack(c company) {
	r.t.Helper()
	r.press("layout.sign_out")
	r.At("/")
	r.examine("welcome")
	r.open("/home")
	r.At("/sign-in")
	r.examine("sign-in")
	r.findKeys()
	r.choose(c.key...)
	r.sign()
	r.At("/home")
	r.open("/me/sessions")
	r.see("me.sessions.current")
	r.examine("sessions")
}
