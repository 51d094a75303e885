//go:build dev

package eimzosim

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestPageSigns(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, private)
	issue(t, s, director, Expired)
	key := issue(t, s, director)
	p := newPortal(t, s)
	tb := open(t, chromium(t), p.URL)
	if n := p.calls.Load(); n != 0 {
		t.Errorf("%d calls before the person did anything", n)
	}
	tb.click("start")
	tb.wait("choose")
	rows := strings.Split(tb.eval(`[...document.querySelectorAll("[data-eds-row]")].map(r => r.innerText + (r.querySelector("input").disabled ? "|off" : "")).join("\n")`), "\n")
	until := key.Certificate.NotAfter.In(time.FixedZone("", 5*3600)).Format("02.01.2006")
	want := fmt.Sprintf(`testov test testovich|"lab, test=1" mchj|директор|300 000 001|%s|%s|LEGAL`, key.Certificate.SerialNumber.Text(16), until)
	if len(rows) != 3 || rows[0] != want || !strings.HasPrefix(rows[1], "oddiyev odam|||") || !strings.HasSuffix(rows[1], "PERSONAL") ||
		!strings.HasSuffix(rows[2], "EXPIREDLEGAL|off") {
		t.Errorf("rows:\n%s\nwant the organization's first, then the personal and the expired one:\n%s", strings.Join(rows, "\n"), want)
	}
	tb.eval(`sessionStorage.setItem("eds.key", [...document.querySelectorAll("[data-eds-row]")][1].querySelector("[data-slot=serial]").textContent) ?? ""`)
	tb.do(chromedp.Reload())
	tb.click("start")
	tb.wait("choose")
	if first := tb.eval(`document.querySelector("[data-eds-row]").innerText + document.querySelector("[data-eds-row] input").checked`); !strings.HasPrefix(first, "oddiyev odam") || !strings.HasSuffix(first, "true") {
		t.Errorf("first is %s, want the key used last, chosen", first)
	}
	tb.eval(`sessionStorage.removeItem("eds.key") ?? ""`)
	tb.do(chromedp.Reload())
	tb.click("start")
	tb.wait("choose")
	tb.click("sign") // nothing chosen yet
	tb.wait("choose")
	// From the keyboard: the first row has the focus, the second is one key away, and back.
	tb.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.Enter))
	signer, err := p.verify(t)
	must(t, err)
	if signer.Serial != key.Certificate.SerialNumber.Text(16) || signer.OrgTIN != director.OrgTIN {
		t.Errorf("%+v", signer)
	}
}

func TestPageExplainsFailures(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	for _, tt := range []struct {
		scenario Scenario
		sign     bool   // fails when signing, not when looking for keys
		code     string // "" when all goes well in the end
	}{
		{NotRunning, false, "not-running"},
		{OldVersion, false, "too-old"},
		{NotRegistered, false, "site-not-registered"},
		{ForgetSite, false, ""},
		{Empty, false, "no-keys"},
		{ExpiredOnly, false, "all-expired"},
		{KeyGone, true, "key-gone"},
		{KeyLost, true, ""},
		{Busy, true, "busy"},
		{Cancel, true, "cancelled"},
		{CancelOld, true, "cancelled"},
		{WrongPassword, true, "cancelled"},
		{WrongPasswordOld, true, "wrong-password"},
		{Failure, true, "failed"},
		{Slow, true, ""},
		{NotRunning, true, "not-running"},
		{NotRegistered, true, "site-not-registered"},
	} {
		t.Run(fmt.Sprintf("%s, signing %v", tt.scenario, tt.sign), func(t *testing.T) {
			s := start(t, Config{SlowFor: 50 * time.Millisecond})
			issue(t, s, director)
			issue(t, s, director, Expired)
			p := newPortal(t, s)
			tb := open(t, browser, p.URL)
			if tt.sign {
				tb.choose()
			}
			must(t, s.Set(tt.scenario))
			button := "start"
			if tt.sign {
				button = "sign"
			}
			tb.click(button)
			tb.expect(tt.code, tt.scenario)
			must(t, s.Set(OK))
			tb.recover(tt.code, tt.sign)
			_, err := p.verify(t)
			must(t, err)
		})
	}
}

// expect checks what the person sees and hears after a failure.
func (tb tab) expect(code string, scenario Scenario) {
	tb.t.Helper()
	if code == "" {
		return
	}
	tb.wait(code)
	focus := tb.eval(`[...document.activeElement.attributes].map(a => a.name).filter(n => n.startsWith("data-eds-")).join()`)
	panel := tb.eval(`document.querySelector("[data-eds-error]").hidden ? "" : document.querySelector("[data-eds-error-text]").textContent`)
	if code == "cancelled" {
		if status := tb.eval(`document.querySelector("[data-eds-status]").textContent`); !strings.HasPrefix(status, "message cancelled") ||
			panel != "" || focus != "data-eds-sign" {
			tb.t.Errorf("cancelling is no error: status %q, panel %q, focus %q", status, panel, focus)
		}
		return
	}
	if !strings.HasPrefix(panel, "message "+code) || focus != "data-eds-error" {
		tb.t.Errorf("panel %q, focus on %q", panel, focus)
	}
	if scenario == OldVersion && !strings.HasSuffix(panel, "3.30") {
		tb.t.Errorf("version missing: %q", panel)
	}
}

// again are the codes after which "retry" signs with the key chosen before.
const again = " wrong-password busy timeout failed too-many network server refused "

// recover goes on as a person would, without loading the page again.
func (tb tab) recover(code string, signed bool) {
	tb.t.Helper()
	switch {
	case code == "" && signed:
		return
	case code == "cancelled":
		tb.click("sign")
		return
	case code != "":
		tb.click("retry")
	}
	if signed && strings.Contains(again, " "+code+" ") {
		return
	}
	tb.wait("choose")
	tb.do(chromedp.Click(`input[type=radio]:not(:disabled)`))
	tb.click("sign")
}

func TestPageExplainsChallengeFailures(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for code, answer := range map[string]http.HandlerFunc{
		"session-gone":  status(http.StatusUnauthorized),
		"server":        status(http.StatusServiceUnavailable),
		"refused":       status(http.StatusGone),
		"network":       func(w http.ResponseWriter, _ *http.Request) { hangUp(w) },
		"session-gone ": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusSeeOther) },
		"network ":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"too-many": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "42")
			w.WriteHeader(http.StatusTooManyRequests)
		},
	} {
		t.Run(code, func(t *testing.T) {
			code := strings.TrimSpace(code)
			s := start(t, Config{})
			issue(t, s, director)
			p := newPortal(t, s)
			good := p.answer
			p.answer = answer
			tb := open(t, browser, p.URL)
			tb.choose()
			tb.click("sign")
			tb.wait(code)
			text := tb.eval(`document.querySelector("[data-eds-error-text]").textContent`)
			switch {
			case code == "refused" && !strings.HasPrefix(text, "message failed"),
				code != "refused" && !strings.HasPrefix(text, "message "+code),
				code == "too-many" && !strings.Contains(text, "42"):
				t.Errorf("message %q", text)
			}
			p.mu.Lock()
			p.answer = good
			p.mu.Unlock()
			tb.recover(code, true)
			_, err := p.verify(t)
			must(t, err)
		})
	}
}

// A policy that forgets the endpoint gives an error and never a close; the
// vendor's script waits for ever then.
func TestPageExplainsBrokenPolicy(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, director)
	p := newPortal(t, s)
	p.policy = "ws://127.0.0.1:1"
	tb := open(t, chromium(t), p.URL)
	began := time.Now()
	tb.click("start")
	tb.wait("csp")
	if d := time.Since(began); d > 30*time.Second {
		t.Errorf("took %v", d)
	}
}

func TestPageExplainsRefusedPermission(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, director)
	p := newPortal(t, s)
	parent := chromium(t)
	must(t, chromedp.Run(parent, chromedp.ActionFunc(func(ctx context.Context) error {
		return browser.SetPermission(&browser.PermissionDescriptor{Name: "loopback-network"}, browser.PermissionSettingDenied).
			WithOrigin(p.URL).Do(cdpBrowser(ctx))
	})))
	tb := open(t, parent, p.URL)
	tb.click("start")
	tb.wait("permission-denied")
	if n := p.calls.Load(); n != 0 {
		t.Errorf("%d calls although the permission is refused", n)
	}
}

// A page from the internet may not reach loopback unless the person allows it.
// Nobody answers the browser's question here, which is what a person does who
// looks the other way.
func TestPublicPageWithoutPermission(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, director)
	p := newPortal(t, s)
	u, err := url.Parse(p.URL)
	must(t, err)
	origin := "http://portal.example:" + u.Port()
	tb := open(t, chromium(t,
		chromedp.Flag("host-resolver-rules", "MAP portal.example 127.0.0.1"),
		chromedp.Flag("ip-address-space-overrides", "127.0.0.1:"+u.Port()+"=public"),
		chromedp.Flag("unsafely-treat-insecure-origin-as-secure", origin),
	), origin)
	if state := tb.eval(`navigator.permissions.query({name: "loopback-network"}).then(p => p.state, () => "unknown")`); state == "unknown" {
		t.Skip("this Chromium knows no loopback permission")
	}
	tb.click("start")
	tb.wait("permission-denied")
	if n := p.calls.Load(); n != 0 {
		t.Errorf("%d calls got through", n)
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	issue(t, s, director)
	p := newPortal(t, s)
	p.policy = "ws://127.0.0.1:*"
	tb := open(t, chromium(t), p.URL)
	ws := tb.eval(`document.querySelector("form").dataset.edsWs`)
	client := func(then string) string {
		return fmt.Sprintf(`import("/js/eimzo.js").then(async ({ Eimzo, parseAlias }) => {
			const make = (ws, timeouts) => new Eimzo({ ws, timeouts, apiKeys: ["127.0.0.1", %q] });
			try { %s } catch (error) { return error.code || String(error); }
		})`, APIKey("127.0.0.1"), then)
	}
	t.Run("gives up on a program that never answers", func(t *testing.T) {
		must(t, s.Set(Silent))
		got := tb.eval(client(fmt.Sprintf(`const e = make(%q, { password: 300 }); await e.connect();
			const [key] = await e.list(); return await e.sign(await e.open(key), "x");`, ws)))
		must(t, s.Set(OK))
		if got != "timeout" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("falls back to the other endpoint", func(t *testing.T) {
		got := tb.eval(client(fmt.Sprintf(`const e = new Eimzo({ ws: "ws://127.0.0.1:1/", wss: %q, apiKeys: ["127.0.0.1", %q] });
			await e.connect(); return e.endpoint;`, ws, APIKey("127.0.0.1"))))
		if got != ws {
			t.Errorf("got %q", got)
		}
	})
	t.Run("reads aliases", func(t *testing.T) {
		for alias, want := range map[string]string{
			`cn=a,o=b, c,t=d`: `{"cn":"a","o":"b, c","t":"d"}`,
			`cn=a,o="x=1, y",1.2.860.3.16.1.1=300000001,validto=2028.08.18 23:59:59`: `{"cn":"a","o":"\"x=1, y\"","1.2.860.3.16.1.1":"300000001","validto":"2028.08.18 23:59:59"}`,
			`CN=A\,t=b,T=c`: `{"cn":"A,t=b","t":"c"}`,
			`ou=…,t=`:       `{"ou":"…","t":""}`,
			``:              `{}`,
			`no pairs`:      `{}`,
		} {
			if got := tb.eval(client(fmt.Sprintf(`return JSON.stringify(parseAlias(%q))`, alias))); got != want {
				t.Errorf("%s: %s, want %s", alias, got, want)
			}
		}
	})
	t.Run("measures", func(t *testing.T) {
		t.Log("milliseconds for version, apikey, list, load, sign:", tb.eval(client(fmt.Sprintf(`
			const began = performance.now(); const e = make(%q, {}); await e.connect();
			const [key] = await e.list(); await e.sign(await e.open(key), "x");
			return String(Math.round(performance.now() - began));`, ws))))
	})
}
