package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestARefusalSaysWhatIsMissing over the whole portal: which role, who gives
// it, and one press to ask for it or to take it.
func TestARefusalSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	if _, err := a.db.Exec(t.Context(), stage); err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.Exec(t.Context(), `delete from member_roles where member_id = 4 and role = 'org_admin'`); err != nil {
		t.Fatal(err)
	}
	admin, clerk := identity{name: "admin", account: 1, org: 1, member: 1}, identity{name: "clerk", account: 4, org: 1, member: 4}
	tokens := map[string]string{"admin": a.session(t, admin), "clerk": a.session(t, clerk)}
	send := func(who, method, path, referer string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if referer != "" {
			r.Header.Set("Referer", "http://"+r.Host+referer)
		}
		r.RemoteAddr = "192.0.2.1:1"
		r.AddCookie(&http.Cookie{Name: "kabinet", Value: tokens[who]})
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		return w
	}
	wants := func(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
		t.Helper()
		if w.Code != status {
			t.Fatalf("status %d to %q, want %d\n%s", w.Code, w.Header().Get("Location"), status, w.Body)
		}
		for _, text := range texts {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("the page lacks %q\n%s", text, w.Body)
			}
		}
	}
	language := func(code string) {
		if _, err := a.db.Exec(t.Context(), `update accounts set language = $1`, code); err != nil {
			t.Fatal(err)
		}
		for who, id := range map[string]identity{"admin": admin, "clerk": clerk} {
			tokens[who] = a.session(t, id)
		}
	}
	t.Run("in three languages, with who gives it", func(t *testing.T) {
		for code, texts := range map[string][]string{
			"en": {"You need the role “Organization administrator”", "Odam 1 (a@org1.example)", "Ask for this role"},
			"ru": {"Нужна роль «Администратор организации»", "Odam 1 (a@org1.example)", "Попросить эту роль"},
			"uz": {"roli kerak", "Odam 1 (a@org1.example)", "Shu rolni soʻrash"},
		} {
			language(code)
			wants(t, send("clerk", http.MethodGet, "/org/users?status=blocked", "", nil), 403,
				append(texts, `name="next" value="/org/users?status=blocked"`)...)
		}
	})
	language("en")
	t.Run("a refused form too, and asking leaves a request", func(t *testing.T) {
		w := send("clerk", http.MethodPost, "/org/users", "/org/users/new", url.Values{"name": {"x"}})
		wants(t, w, 403, "You need the role", `name="next" value="/org/users/new"`)
		wants(t, send("clerk", http.MethodPost, "/me/access/ask", "", url.Values{"kind": {"role"}, "thing": {"org_admin"}}), 303)
		wants(t, send("clerk", http.MethodGet, "/org/users", "", nil), 403, "You have asked for it")
	})
	t.Run("an administrator gives himself the role in two clicks and goes on", func(t *testing.T) {
		w := send("admin", http.MethodGet, "/org/authorizations", "", nil)
		wants(t, w, 403, "You need the role “Service provider manager”", "Give me this role")
		link := regexp.MustCompile(`href="(/me/access/take[^"]*)"`).FindStringSubmatch(w.Body.String())
		if link == nil {
			t.Fatal("no way to take it")
		}
		w = send("admin", http.MethodGet, strings.ReplaceAll(link[1], "&amp;", "&"), "", nil)
		wants(t, w, 200, "Confirm", `name="next" value="/org/authorizations"`)
		form := url.Values{"kind": {"role"}, "thing": {"provider_manager"}, "next": {"/org/authorizations"}}
		w = send("admin", http.MethodPost, "/me/access/take", "", form)
		wants(t, w, 303)
		if to := w.Header().Get("Location"); to != "/org/authorizations" {
			t.Errorf("leads to %q", to)
		}
		wants(t, send("admin", http.MethodGet, "/org/authorizations", "", nil), 200)
	})
}
