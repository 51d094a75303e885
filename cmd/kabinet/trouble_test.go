//go:build dev

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kabinet/internal/browsertest"
	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/internal/platform/i18n"
)

// in is the same reader, watched by a subtest.
func (r reader) in(t *testing.T) reader {
	r.t, r.T = t, t
	return r
}

// simulate switches E-IMZO for everybody who reads this portal.
func (w *whole) simulate(t *testing.T, s eimzosim.Scenario) {
	t.Helper()
	answer, err := http.PostForm(w.Control, url.Values{"scenario": {string(s)}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the simulator answers %s", answer.Status)
	}
}

// stay marks the page that is open, and tells later whether it still is.
func (r reader) stay() (same func()) {
	r.t.Helper()
	r.Eval(`document.body.dataset.stayed = "yes"`)
	return func() {
		r.t.Helper()
		if r.Eval(`document.body.dataset.stayed ?? "no"`) != "yes" {
			r.t.Error("the page was loaded again")
		}
	}
}

// The tests of a portal in trouble share one program: its simulator can be in
// one trouble at a time. What does not sign runs beside them.
func TestAPersonGetsOutOfTrouble(t *testing.T) {
	t.Parallel()
	w := startWhole(t)
	t.Run("with E-IMZO", func(t *testing.T) {
		t.Parallel()
		r := w.sit(t, i18n.En)
		r.typeCode(w.letterTo(t, zarafshon))
		t.Run("while it looks for keys", func(t *testing.T) { r.in(t).looksForKeys() })
		t.Run("when the browser refuses", func(t *testing.T) { r.in(t).isRefusedLoopback() })
		t.Run("while it signs", func(t *testing.T) { r.in(t).signs() })
		t.Run("with the wrong key", func(t *testing.T) {
			again := w.sit(t, i18n.Ru) // one browser may ask for ten texts to sign in ten minutes
			again.typeCode(w.letterTo(t, zarafshon))
			again.choosesWrongKeys()
		})
	})
	t.Run("when the letter has not come", func(t *testing.T) {
		t.Parallel()
		w.sit(t, i18n.Ru).getsNewLetter(registon)
	})
	t.Run("when the code has expired", func(t *testing.T) {
		t.Parallel()
		w.sit(t, i18n.Uz).comesTooLate(saidova)
	})
	t.Run("without JavaScript", func(t *testing.T) {
		t.Parallel()
		w.sit(t, i18n.En).activatesWithoutScripts(w.letterTo(t, orol))
	})
}

// typeCode goes from the letter to the page for signing.
func (r reader) typeCode(l letter) {
	r.t.Helper()
	r.open(l.path)
	r.Type("#code", l.code+"\r")
	r.At("/activate/sign")
}

// explains waits for the words of an error in the panel.
func (r reader) explains(code string) {
	r.t.Helper()
	r.state(code)
	r.see("edsview.error." + code)
	if at := r.Eval(`document.activeElement.matches("[data-eds-error]") + ""`); at != "true" {
		r.t.Errorf("%s: the words do not have the focus", code)
	}
}

// looksForKeys meets everything that can happen before a key is chosen, and
// gets on without loading the page again.
func (r reader) looksForKeys() {
	r.Expect("WebSocket connection to") // Chromium's own report of a program that is not there
	same := r.stay()
	for _, try := range []struct {
		scenario eimzosim.Scenario
		code     string
	}{
		{eimzosim.NotRunning, "not-running"},
		{eimzosim.OldVersion, "too-old"},
		{eimzosim.NotRegistered, "site-not-registered"},
		{eimzosim.Empty, "no-keys"},
		{eimzosim.ExpiredOnly, "all-expired"},
	} {
		r.portal.simulate(r.t, try.scenario)
		if try.scenario == eimzosim.NotRunning {
			r.press("edsview.button.start")
		} else {
			r.Reload()
			same = r.stay()
			r.press("edsview.button.start")
		}
		r.explains(try.code)
		if try.scenario == eimzosim.OldVersion {
			r.See("3.30")
		}
		r.glance("trouble-" + try.code)
		r.portal.simulate(r.t, eimzosim.OK)
		r.press("edsview.button.retry")
		r.state("choose")
		same()
	}
}

// isRefusedLoopback denies the browser's question, then allows it.
func (r reader) isRefusedLoopback() {
	r.Reload()
	r.Deny(r.portal.URL, "loopback-network")
	same := r.stay()
	r.press("edsview.button.start")
	r.explains("permission-denied")
	r.see("edsview.help.allow")
	r.glance("trouble-permission-denied")
	r.Grant(r.portal.URL, "loopback-network")
	r.press("edsview.button.retry")
	r.state("choose")
	same()
}

// signs meets what can happen once a key is chosen. The key is the
// accountant's, so that getting on ends in a refusal and not in an account.
func (r reader) signs() {
	r.Reload()
	r.findKeys()
	r.choose(keyAccountant...)
	same := r.stay()
	for _, try := range []struct {
		scenario eimzosim.Scenario
		code     string
	}{
		{eimzosim.KeyGone, "key-gone"},
		{eimzosim.Busy, "busy"},
		{eimzosim.Cancel, "cancelled"},
		{eimzosim.CancelOld, "cancelled"},
		{eimzosim.WrongPasswordOld, "wrong-password"},
		{eimzosim.Failure, "failed"},
	} {
		r.portal.simulate(r.t, try.scenario)
		r.sign()
		if try.code == "cancelled" {
			r.state(try.code)
			r.see("edsview.state.cancelled")
		} else {
			r.explains(try.code)
		}
		same()
		if try.code == "key-gone" { // the list of keys is old then
			r.portal.simulate(r.t, eimzosim.OK)
			r.press("edsview.button.retry")
			r.state("choose")
			r.choose(keyAccountant...)
		}
	}
	r.portal.simulate(r.t, eimzosim.KeyLost) // forgets the opened key once; nobody notices
	r.press("edsview.button.retry")
	r.see("way.sign.trouble")
	r.refusesPerson()
}

func (r reader) refusesPerson() {
	r.t.Helper()
	r.See(r.words("signup.key.other_person", "given", "YOʻLDOSHEVA DILNOZA AKMALOVNA", "director", "Oʻrinboyev Gʻulomjon Rustamovich", "tin", "302 118 447"))
}

// choosesWrongKeys tries every key that must not activate the account, on the
// same page, and then the right one.
func (r reader) choosesWrongKeys() {
	given := func(key, name string) string {
		return r.words(key, "given", name, "director", "Oʻrinboyev Gʻulomjon Rustamovich", "tin", "302 118 447")
	}
	const gulomjon = "OʻRINBOYEV GʻULOMJON RUSTAMOVICH"
	for _, try := range []struct {
		key  []string
		does eimzosim.Scenario
		says string
	}{
		{keyAccountant, eimzosim.OK, given("signup.key.other_person", "YOʻLDOSHEVA DILNOZA AKMALOVNA")},
		{keyPersonal, eimzosim.OK, given("signup.key.personal", gulomjon)},
		{registon.key, eimzosim.OK, given("signup.key.other_organization", "KARIMOVA NILUFAR BAXTIYOROVNA")},
		{keyRevoked, eimzosim.OK, r.words("proof.revoked")},
		{keyGulomjon, eimzosim.TamperedSig, r.words("proof.signature")},
	} {
		r.findKeys()
		r.choose(try.key...)
		r.portal.simulate(r.t, try.does)
		r.sign()
		r.See(try.says)
		r.see("way.sign.trouble")
		r.portal.simulate(r.t, eimzosim.OK)
	}
	r.examine("sign-refused")
	r.findKeys()
	if expired := r.Eval(`String([...document.querySelectorAll("[data-eds-row]")].filter(e => e.querySelector("input:disabled")).length)`); expired != "1" {
		r.t.Errorf("%s expired keys cannot be chosen, want 1", expired)
	}
	r.choose(keyGulomjon...)
	r.sign()
	r.At("/home")
	r.see("signup.done")
}

// getsNewLetter asks for a new letter by tax number and address; the answer is
// the same for an address that nobody knows.
func (r reader) getsNewLetter(c company) {
	old := r.portal.letterTo(r.t, c)
	r.open("/")
	r.press("signin.welcome.new_code")
	r.At("/activate/new-code")
	r.examine("new-code")
	r.Type("#tin", "30566")
	r.press("way.again.send")
	r.Wait("#summary")
	if title := r.Eval(`document.title`); !strings.HasPrefix(title, r.words("layout.title.error")) {
		r.t.Errorf("the title does not say that something is wrong: %q", title)
	}
	r.examine("new-code-wrong")
	var answers []string
	for _, typed := range []company{{tin: c.tin, email: "nobody@other.example"}, c} {
		r.open("/activate/new-code")
		r.Type("#tin", typed.tin)
		r.Type("#email", typed.email)
		r.press("way.again.send")
		r.At("/activate/new-code/sent")
		answers = append(answers, r.Text("main"))
	}
	if answers[0] != answers[1] {
		r.t.Errorf("the answers differ:\n%s\n%s", answers[0], answers[1])
	}
	r.examine("new-code-sent")
	fresh := r.portal.letterAfter(r.t, c, old)
	r.open(old.path)
	r.see("signup.end.replaced.title")
	r.examine("letter-replaced")
	r.typeCode(fresh)
}

// comesTooLate opens a letter after its seven days and has a new one sent from
// there; then types the code wrong until it is locked.
func (r reader) comesTooLate(c company) {
	old := r.portal.letterTo(r.t, c)
	if _, err := r.portal.DB.Exec(r.t.Context(), `
		update letters set issued_at = issued_at - interval '8 days', expires_at = expires_at - interval '8 days', sent_at = sent_at - interval '8 days', created_at = created_at - interval '8 days'
		where email = $1`, c.email); err != nil {
		r.t.Fatal(err)
	}
	r.open(old.path)
	r.see("signup.end.expired.title")
	r.examine("letter-expired")
	r.press("way.end.again")
	r.At("/activate/new-code/sent")
	fresh := r.portal.letterAfter(r.t, c, old)
	r.open(fresh.path)
	for left := 4; left > 0; left-- {
		r.Retype("#code", "0000-0000-0000-0000\r")
		r.see("letter.code_wrong", "left", left)
	}
	r.examine("letter-wrong-code")
	r.Retype("#code", "0000-0000-0000-0000\r")
	r.see("signup.end.locked.title")
	r.examine("letter-locked")
	r.open("/activate/nothing-of-the-kind")
	r.see("signup.end.unknown.title")
	r.examine("letter-unknown")
}

// activatesWithoutScripts does everything but the signature.
func (r reader) activatesWithoutScripts(l letter) {
	r.Scripts(false)
	r.open(l.path)
	r.Type("#code", strings.ToLower(l.code))
	r.press("way.code.continue")
	r.At("/activate/sign")
	r.see("edsview.noscript.title")
	if r.Sees(r.words("edsview.button.start")) {
		r.t.Error("a button that does nothing is shown")
	}
	r.draw("sign-noscript.png")
	r.open("/activate")
	r.Type("#code", l.code)
	r.press("way.code.continue")
	r.At("/activate/sign")
}

// glance examines a passing state of a page in one look.
func (r reader) glance(name string) {
	r.t.Helper()
	for _, flaw := range r.Axe(browsertest.AllRules) {
		r.t.Errorf("%s: %s", name, flaw)
	}
	r.draw(fmt.Sprintf("%s-%s.png", name, r.lang.Code()))
	r.Look(browsertest.Small, browsertest.Light)
	r.fits(name)
	r.Look(browsertest.Wide, browsertest.Light)
}
