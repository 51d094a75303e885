package enrollhttp_test

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/core/actor"
	"kabinet/internal/enroll"
	"kabinet/internal/enroll/offer"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/register"
)

const email = "info@hisor.example"

func TestACompanyRegisters(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b, key := p.browser(), p.director()
	shows(t, b.Get("/register"), 200, "Register a new company", "Step 1 of 5")
	p.fill(b, key, email)
	shows(t, b.Get("/register/sign"), 200, "I register “Hisor Bulogʻi” MChJ, TIN 310455629, on kabinet.example.", "SHA-256 "+offer.Digest("en"))
	code := p.code(1, email)
	shows(t, b.Post("/register/confirm", url.Values{"code": {"0000-0000-0000-0000"}}), 422, "Tries left: 4")
	if got := b.Post("/register/confirm", url.Values{"code": {code}}); got.Location != "/home" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	shows(t, b.Get("/home"), 200, "Zebo Toʻrayeva | “Hisor Bulogʻi” MChJ | 310455629 | [default org_admin]")
	for q, want := range map[string]string{
		`select status || ' ' || email || ' ' || phone || ' ' || (email_confirmed_at is not null) || ' ' || (activated_at is not null) from organizations`: "active " + email + " +998901234567 true true",
		`select array_to_string(activities, ',') || ' ' || region || ' ' || street || ' ' || is_main from places`:                                          "storage,sales QA Ipak yoʻli, 18 true",
		`select string_agg(purpose, ',') from eds_signatures`:                                                                                              "offer",
		`select string_agg(action, ',' order by id) from audit_log`:                                                                                        "org.register,place.create,member.create",
		`select details ->> 'offer' from audit_log where action = 'org.register'`:                                                                          offer.Current,
		`select count(*)::text from enrollments`:                                                                                                           "0",
		`select key from notices`:                                                                                                                          "enroll.notice.welcome.",
		`select director_name from register_entries`:                                                                                                       "Zebo Toʻrayeva",
		`select count(*)::text from audit_log where details::text like '%42209880060066%'`:                                                                 "0",
	} {
		if got := p.text(q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
	if got := b.Post("/register/confirm", url.Values{"code": {code}}); got.Status != 410 {
		t.Errorf("once more: %d", got.Status)
	}
	shows(t, p.browser().Sign(key, "/register", nil), 422, "An account for TIN 310 455 629 is active already Sign in with this key")
}

func TestASoleTraderRegistersWithThePersonalKey(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	const number = "30611920110116"
	raw := company("523456780", number)
	raw.Form, raw.Director = "yatt", "Otabek Normatov"
	p.register.put(number, raw)
	b, key := p.browser(), p.keys.For("NORMATOV OTABEK", number, "")
	p.fill(b, key, email)
	shows(t, b.Get("/register/sign"), 200, "I am the sole trader, Otabek Normatov.")
	if got := b.Post("/register/confirm", url.Values{"code": {p.code(1, email)}}); got.Location != "/home" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	shows(t, b.Get("/home"), 200, "Otabek Normatov", "523456780")
}

func TestRefusalsSayWhy(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	with := func(edit func(*register.Raw)) func() {
		return func() {
			raw := company(tin, pinfl)
			edit(&raw)
			p.register.put(tin, raw)
		}
	}
	stored := func(status string) func() {
		return func() {
			p.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
				email, phone, region, district, street, language, status, search, source_hash)
				values (5, $1, 'mchj', '', '', '', '', '', '', '', '', '', '', 'uz', $2, '', '')`, tin, status)
			p.exec(`insert into tin_registry (tin, org_id) values ($1, 5)`, tin)
		}
	}
	for _, tt := range []struct {
		name   string
		set    func()
		key    edstest.Key
		status int
		says   string
	}{
		{"active already", stored("active"), p.director(), 422, "is active already Sign in with this key"},
		{"imported and waiting", stored("imported"), p.director(), 422, "waits for activation Activate it with the letter"},
		{"blocked by the operator", stored("blocked"), p.director(), 422, "The operator blocked the account"},
		{"liquidated", with(func(r *register.Raw) { r.Status = "liquidated" }), p.director(), 422, "is liquidated"},
		{"suspended", with(func(r *register.Raw) { r.Status = "suspended" }), p.director(), 422, "is suspended"},
		{"another director", with(func(r *register.Raw) { r.Director, r.PINFL = "Boshqa Odam", "31203800010017" }), p.director(), 422, "This is the key of TOʻRAYEVA ZEBO. The state register names Boshqa Odam as the director"},
		{"an unknown company", func() {}, p.keys.For("A B", pinfl, "310000001"), 422, "The state register does not have TIN 310 000 001"},
		{"a person who is no trader", func() {}, p.keys.For("A B", pinfl, ""), 422, "knows no sole trader"},
		{"a director's personal key", func() { p.register.put(pinfl, company(tin, pinfl)) }, p.keys.For("A B", pinfl, ""), 422, "knows no sole trader"},
		{"an expired key", func() {}, p.keys.For("A B", pinfl, tin, edstest.Expired()), 422, "expired"},
	} {
		for _, q := range []string{`delete from rate_limits`, `delete from enrollments`, `delete from tin_registry`, `delete from organizations`} {
			p.exec(q)
		}
		p.register.put(tin, company(tin, pinfl))
		tt.set()
		b := p.browser()
		got := b.Sign(tt.key, "/register", nil)
		t.Run(tt.name, func(t *testing.T) {
			shows(t, got, tt.status, tt.says)
			if !strings.Contains(got.Body, "data-eds-start") {
				t.Error("no way to try another key")
			}
			if after := b.Get("/register/contacts"); after.Status != 410 {
				t.Errorf("goes on all the same: %d", after.Status)
			}
		})
	}
}

func TestADraftWaitsForTheRegisterAndForItsOwner(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.register.fail(register.ErrUnavailable)
	b, key := p.browser(), p.director()
	if got := b.Sign(key, "/register", nil); got.Location != "/register/found" {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	shows(t, b.Get("/register/found"), 200, "The state register does not answer", "Your draft is kept", "The draft is kept until")
	got := b.Post("/register/lookup", nil)
	shows(t, got, 503, "does not answer")
	if got.Header.Get("Retry-After") == "" {
		t.Error("does not say when to try again")
	}
	if got := b.Get("/register/offer"); got.Location != "/register/found" {
		t.Errorf("a later step: %d %s", got.Status, got.Location)
	}
	p.register.fail(nil)
	if got := b.Post("/register/lookup", nil); got.Location != "/register/found" {
		t.Fatalf("%d", got.Status)
	}
	shows(t, b.Get("/register/found"), 200, "“Hisor Bulogʻi” MChJ", "Zebo Toʻrayeva")
	b.Post("/register/contacts", contacts(email))
	shows(t, b.Get("/register"), 200, "has been begun in this browser")

	t.Run("another browser with the same key goes on where it ended", func(t *testing.T) {
		other := p.browser()
		if got := other.Sign(key, "/register", nil); got.Location != "/register/place" {
			t.Errorf("%d %s", got.Status, got.Location)
		}
		if !strings.Contains(other.Get("/register/place").Body, "Shahrisabz") || !strings.Contains(other.Get("/register/contacts").Body, email) {
			t.Error("what was typed is gone")
		}
	})
	t.Run("a browser without a signature does not", func(t *testing.T) {
		for _, path := range []string{"/register/found", "/register/contacts", "/register/place", "/register/offer", "/register/sign", "/register/confirm"} {
			shows(t, p.browser().Get(path), 410, "Begin again with your key")
			shows(t, p.browser().Post(strings.Replace(path, "found", "lookup", 1), nil), 410)
		}
	})
	t.Run("after seven days it is gone", func(t *testing.T) {
		p.exec(`update enrollments set expires_at = now()`)
		if got := b.Get("/register/place"); got.Status != 410 {
			t.Errorf("%d", got.Status)
		}
		p.exec(`delete from rate_limits`)
		if got := p.browser().Sign(key, "/register", nil); got.Location != "/register/found" {
			t.Errorf("a new draft: %d %s", got.Status, got.Location)
		}
		if got := p.text(`select email from enrollments`); got != "" {
			t.Errorf("the lapsed draft came back: %s", got)
		}
	})
}

func TestTheOfferIsSignedByWhoBegan(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b, key := p.browser(), p.director()
	b.Sign(key, "/register", nil)
	b.Post("/register/contacts", contacts(email))
	b.Post("/register/place", address())
	shows(t, b.Get("/register/offer"), 200, "6.4. The offer is published in Uzbek", "Storage, Sales")
	shows(t, b.Post("/register/offer", nil), 422, "Tick that you accept the offer")
	if got := b.Get("/register/sign"); got.Location != "/register/offer" {
		t.Errorf("signed without a tick: %d %s", got.Status, got.Location)
	}
	b.Post("/register/offer", url.Values{"accept": {"yes"}})
	for name, other := range map[string]edstest.Key{
		"an accountant": p.keys.For("BOSHQA ODAM", "31203800010017", tin), "another company": p.keys.For("TOʻRAYEVA", pinfl, "310000001"),
		"the personal key": p.keys.For("TOʻRAYEVA", pinfl, ""),
	} {
		got := b.Sign(other, "/register/sign", nil)
		t.Run(name, func(t *testing.T) { shows(t, got, 422, "Sign with the key with which the registration was begun") })
	}
	id, text := b.Challenge("/register/sign/challenge")
	raw := company(tin, pinfl)
	raw.NameUz = "Boshqa nom"
	p.register.put(tin, raw)
	b.Post("/register/lookup", nil) // the company is called otherwise now: other words were signed
	if got := b.Post("/register/sign", httptesting.Signed(key, id, text, nil)); got.Status != 410 {
		t.Errorf("words of before: %d", got.Status)
	}
	p.exec(`update enrollments set entry_at = now() - interval '25 hours'`)
	raw.Status = "liquidated"
	p.register.put(tin, raw)
	shows(t, b.Sign(key, "/register/sign", nil), 422, "is liquidated")
	if n := p.text(`select count(*)::text from enrollments where signature_sealed is not null`); n != "0" {
		t.Error("a refused signature is kept")
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b, key := p.browser(), p.director()
	p.fill(b, key, email)
	confirm := func(code string) httptesting.Page {
		return b.Post("/register/confirm", url.Values{"code": {code}})
	}
	first := p.code(1, email)
	b.Post("/register/confirm/again", nil)
	second := p.code(2, email)
	shows(t, confirm(first), 422, "Tries left: 4")
	for range 4 {
		confirm("")
	}
	shows(t, confirm(second), 410, "No code works now")
	b.Post("/register/confirm/again", nil)
	third := p.code(3, email)
	p.exec(`update enrollments set code_until = now()`)
	shows(t, confirm(third), 410)
	p.exec(`update enrollments set code_until = now() + interval '1 second'`)
	b.Post("/register/contacts", contacts("other@hisor.example"))
	shows(t, confirm(third), 410)
	b.Post("/register/confirm/again", nil)
	if got := confirm(p.code(1, "other@hisor.example")); got.Location != "/home" {
		t.Errorf("%d %s", got.Status, read(got.Body))
	}
	if got := p.text(`select email from organizations`); got != "other@hisor.example" {
		t.Error(got)
	}
	if n := p.text(`select count(*)::text from river_job where args::text like '%' || $1 || '%'`, third); n != "0" {
		t.Error("a code is in a job")
	}
}

func TestHostileTexts(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser()
	b.Sign(p.director(), "/register", nil)
	b.Post("/register/contacts", contacts(email))
	hostile := []string{
		"Sut\u202e", "a\u2066b\u2069", "<script>alert(1)</script>\x07", strings.Repeat("ў", 5000), "", " \t\u00a0", "\ue000", "\u212aarim@misol.example", "\U000e0041",
	}
	before := p.text(`select md5(string_agg(e::text, '')) from enrollments e`)
	for path, form := range map[string]url.Values{"/register/contacts": contacts(email), "/register/place": address()} {
		for field := range form {
			for _, text := range hostile {
				if strings.Contains(text, "\u212a") && path == "/register/place" {
					continue // only where addresses fold into each other
				}
				bad := url.Values{}
				maps.Copy(bad, form)
				bad.Set(field, text)
				if got := b.Post(path, bad); got.Status != 422 || strings.Contains(got.Body, "<script>alert") {
					t.Errorf("%s %s %q: %d %s", path, field, text, got.Status, got.Location)
				}
			}
		}
		for _, bytes := range []string{"%00", "%ff%fe"} {
			if got := b.Post(path+"?x="+bytes, form); got.Status != 400 {
				t.Errorf("%s with %s: %d", path, bytes, got.Status)
			}
		}
	}
	if after := p.text(`select md5(string_agg(e::text, '')) from enrollments e`); after != before {
		t.Error("something was stored")
	}
}

// ready makes a draft that only wants its code, without the pages.
func (p *portal) ready(round int, director string) (enroll.Ref, string) {
	p.t.Helper()
	b := p.browser()
	p.exec(`delete from rate_limits`)
	mailbox := strings.ToLower(director[10:]) + "-" + string(rune('a'+round%26)) + "@hisor.example"
	before := 0
	for _, m := range p.relay.Mails() {
		if m.Recipient == mailbox {
			before++
		}
	}
	p.fill(b, p.keys.For("DIRECTOR "+director, director, tin), mailbox)
	var id int64
	p.check(p.db.QueryRow(p.t.Context(), `select max(id) from enrollments`).Scan(&id))
	return enroll.Ref(id), p.code(before+1, mailbox)
}

// Two browsers register one tax number, and an import brings it at the same
// moment: one of the three makes it.
func TestOfManyWhoRegisterOneNumberOneDoes(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	ref, code := p.ready(0, pinfl)
	other := "31203800010017"
	p.register.put(tin, company(tin, other)) // the director changed in between
	ref2, code2 := p.ready(1, other)
	p.exec(`create table spare as select * from enrollments`)
	record, err := org.Draft{
		TIN: tin, NameUz: "Sut", NameRu: "Сут", Form: "mchj", Director: "Ism Familiya", PINFL: pinfl, Email: email, Phone: "901234567",
		Region: "SA", District: "a", Street: "b",
	}.Open()
	p.check(err)
	rounds, won := 200, [3]int{}
	if testing.Short() {
		rounds = 20
	}
	for round := range rounds {
		var wg sync.WaitGroup
		var made [3]bool
		finish := func(i int, ref enroll.Ref, code string) func() {
			return func() {
				_, err := p.service.Finish(context.WithoutCancel(t.Context()), ref, code, actor.Origin{})
				made[i] = err == nil
			}
		}
		wg.Go(finish(0, ref, code))
		wg.Go(finish(1, ref2, code2))
		if round%2 == 0 {
			wg.Go(func() {
				err := pg.InTx(t.Context(), p.db, func(tx pg.Tx) error {
					out, err := org.PutManyTx(t.Context(), tx, p.box, []org.Record{record})
					made[2] = err == nil && out[0].Result == org.Created && out[0].OrgID != 0
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		for i, ok := range made {
			if ok {
				n++
				won[i]++
			}
		}
		if got := p.text(`select (select count(*) from organizations) || ' ' || (select count(*) from tin_registry)`); n != 1 || got != "1 1" {
			t.Fatalf("round %d: %v, %s", round, made, got)
		}
		for _, q := range []string{
			`delete from member_places`, `delete from member_roles`, `delete from account_members`, `delete from members`, `delete from places`, `delete from eds_signatures`,
			`delete from eds_signature_registry`, `delete from notices`, `delete from register_entries`, `delete from tin_registry`, `delete from organizations`,
			`delete from enrollments`, `insert into enrollments select * from spare`,
		} {
			p.exec(q)
		}
	}
	t.Logf("%d rounds: first browser %d, second %d, import %d", rounds, won[0], won[1], won[2])
}

func TestLapsedDraftsAreForgotten(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for _, number := range []string{tin, "310000001"} {
		p.register.put(number, company(number, pinfl))
		p.browser().Sign(p.keys.For("TOʻRAYEVA", pinfl, number), "/register", nil)
	}
	p.exec(`update enrollments set expires_at = now() where tin = $1`, tin)
	p.check(pg.InTx(t.Context(), p.db, func(tx pg.Tx) error { return jobs.Enqueue(t.Context(), tx, enroll.CleanArgs{}) }))
	for p.text(`select count(*)::text from enrollments`) == "2" {
		p.check(t.Context().Err())
	}
	if got := p.text(`select string_agg(tin, ',') from enrollments`); got != "310000001" {
		t.Errorf("left: %s", got)
	}
}

func TestTheOfferIsTheSameForEverybody(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for lang, digest := range map[string]string{"uz": offer.Digest("uz"), "ru": offer.Digest("ru"), "en": offer.Digest("en")} {
		b := httptesting.NewBrowser(t, p.site)
		b.Get("/offer?lang=" + lang)
		shows(t, b.Get("/offer"), 200, digest)
		if len(offer.Parts(lang)) != 6 {
			t.Errorf("%s: %d parts", lang, len(offer.Parts(lang)))
		}
	}
}
