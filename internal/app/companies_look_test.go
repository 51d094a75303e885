//go:build dev

package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"kabinet/internal/browsertest"
	"kabinet/internal/org"
	"kabinet/internal/platform/httpx"
)

const companyStage = `
	insert into register_entries (org_id, name_uz, name_ru, name_en, legal_form, director_name, director_pinfl_mac, director_pinfl_sealed,
		region, district, street, status, vat, as_of) values (1, '“Zarafshon Sut” MChJ', 'ООО «Зарафшон Сут»', '', 'mchj', 'Hakimov Jasur Toʻlqinovich', 'x', '',
		'SA', 'Samarqand shahri', 'Bogʻishamol koʻchasi, 12-uy', 'suspended', true, now());
	insert into bank_accounts (org_id, id, account, mfo, bank, is_main) values (1, 901, '20208000900123456001', '00440', 'Milliy bank, Samarqand filiali', true),
		(1, 902, '20208000900123456002', '00440', 'Milliy bank', false);
	insert into email_changes (org_id, id, email, language, seed, member_id, member_name, expires_at) values
		(1, 1, 'yangi.manzil@zarafshonsut.example', 'uz', 's', 1, 'Oʻrinboyev Gʻulomjon Rustamovich', now() + interval '1 day');
	insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target, details) values
		(1, nextval('audit_ids'), 'member', '1', 'Oʻrinboyev Gʻulomjon', 'org.contacts', 'org:1', '{"phone": ["+998901234567", "+998917654321"]}')`

// TestPagesAboutCompaniesHoldTogether examines the profile, the entrance of a
// new director and every step of a registration in Chromium.
func TestPagesAboutCompaniesHoldTogether(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	a.sealDirector(t)
	for _, sql := range []string{stage, companyStage} {
		if _, err := a.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	a.sealDirector(t)
	server := httptest.NewServer(a.withDraft())
	t.Cleanup(server.Close)
	chromium, err := browsertest.Start(t.Context(), "../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	for who, pages := range map[identity][]string{
		{name: "admin", account: 1, org: 1, member: 1}: {
			"/org", "/org/names", "/org/contacts", "/org/address", "/org/residency", "/org/email", "/org/bank/new", "/org/bank/901",
			"/org/history", "/org/history?field=street",
		},
		{name: "clerk", account: 4, org: 1, member: 4}: {"/org", "/org/history"},
	} {
		tab := chromium.Open(t)
		a.enter(t, tab, server.URL, who)
		for _, path := range pages {
			tab.Go(server.URL + path)
			a.examine(t, tab, who.name, path)
		}
	}
	tab := chromium.Open(t)
	for _, path := range []string{"/director", "/director/recorded", "/register", "/offer"} {
		tab.Go(server.URL + path)
		a.examine(t, tab, "visitor", path)
	}
	for _, s := range []struct{ set, path string }{
		{``, "/register/found"},
		{`entry = '{"TIN": "310455629", "Names": {"Uz": "“Hisor Bulogʻi” MChJ", "Ru": "ООО «Хисор Булоги»"}, "Form": "mchj", "Director": {"Name": "Toʻrayeva Zebo Shuhratovna"},
			"Address": {"Region": "QA", "District": "Shahrisabz shahri", "Street": "Ipak yoʻli koʻchasi, 18-uy"}, "Status": "active", "AsOf": "2026-11-20T07:00:00Z"}', entry_at = now()`, "/register/found"},
		{``, "/register/contacts"},
		{`email = 'info@hisor-bulogi.example', phone = '+998901234567'`, "/register/place"},
		{`activities = '{production,sales}', region = 'QA', district = 'Shahrisabz shahri', street = 'Ipak yoʻli koʻchasi, 18-uy'`, "/register/offer"},
		{`offer = '2026-11-01'`, "/register/sign"},
		{`signature_sealed = 'x'`, "/register/confirm"},
		{`seed = 'x', code_until = now() + interval '1 day'`, "/register/confirm"},
	} {
		if s.set != "" {
			if _, err := a.db.Exec(t.Context(), `update enrollments set `+s.set); err != nil {
				t.Fatal(err)
			}
		}
		tab.Go(server.URL + "/remember")
		tab.Go(server.URL + s.path)
		a.examine(t, tab, "visitor", s.path)
	}
}

// sealDirector gives organization 1 a director whose number opens, and makes a
// draft of a registration.
func (a *App) sealDirector(t *testing.T) {
	t.Helper()
	const pinfl = "42209880060066"
	var tin string
	if err := a.db.QueryRow(t.Context(), `select coalesce(max(tin), '') from organizations where org_id = 1`).Scan(&tin); err != nil || tin == "" {
		return
	}
	mac := a.box.MAC(org.PurposePINFL, []byte(pinfl))
	for q, args := range map[string][]any{
		`update organizations set director_pinfl_mac = $1, director_pinfl_sealed = $2 where org_id = 1`: {mac, a.box.Seal(org.PurposePINFL, []byte(pinfl), []byte("org:"+tin))},
		`insert into enrollments (id, tin, pinfl_mac, pinfl_sealed, trader, holder, position, language, expires_at)
			values (900, '310455629', $1, $2, false, 'TOʻRAYEVA ZEBO', 'Direktor', 'uz', now() + interval '7 days') on conflict do nothing`: {mac, a.box.Seal(org.PurposePINFL, []byte(pinfl), append([]byte("enrollment:"), mac...))},
	} {
		if _, err := a.db.Exec(t.Context(), q, args...); err != nil {
			t.Fatal(err)
		}
	}
}

// withDraft is the portal with one more page, which puts the draft into the
// visitor's session as the first signature does.
func (a *App) withDraft() http.Handler {
	remember := a.sessions.Middleware(httpx.OriginOf, sessionFailed)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.sessions.Put(r.Context(), "enrollment", "900")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><html lang="en"><title>x</title>`))
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/remember" {
			remember.ServeHTTP(w, r)
			return
		}
		a.handler.ServeHTTP(w, r)
	})
}

// TestClicksAboutTheProfile are those of ux.md 4.4, from the signed-in Home.
func TestClicksAboutTheProfile(t *testing.T) {
	t.Parallel()
	a := testApp(t, slog.New(slog.DiscardHandler))
	const main = `insert into places (org_id, id, name, activities, region, district, street, is_main, status, origin)
		values (1, 1, 'Asosiy joy', '{storage}', 'SA', 'Samarqand', 'Koʻcha 1', true, 'active', 'address')`
	for _, sql := range []string{stage, main, `update organizations set activated_at = now()`} {
		if _, err := a.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(a.handler)
	t.Cleanup(server.Close)
	chromium, err := browsertest.Start(t.Context(), "../../testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	tab := chromium.Open(t)
	a.enter(t, tab, server.URL, identity{name: "admin", account: 1, org: 1, member: 1})
	tab.Go(server.URL + "/home")
	tab.Count()
	tab.Click(`#tasks a[href="/org"]`)
	tab.Until("the profile", `location.pathname === "/org"`)
	tab.Click(`form[action="/org/check"] button`)
	tab.Until("the note", `document.querySelector("[data-flash]") !== null`)
	if n := tab.Clicks(); n > 2 {
		t.Errorf("checking e-mail, director and address takes %d clicks, 2 at most", n)
	}
}
