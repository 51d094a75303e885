package profilehttp_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/register"
)

func TestAProfileIsReadByAllAndChangedByAdministrators(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	admin, clerk := p.browser(1), p.browser(2)
	shows(t, admin.Get("/org"), 200, "All correct", "Change", "old@sut.example", "3120…0017", "has not been asked yet", "Refresh from the register", "Samarkand Region, Urgut, Navoiy 7")
	page := clerk.Get("/org")
	shows(t, page, 200, "old@sut.example", "Gʻulomjon Oʻrinboyev")
	for _, absent := range []string{"All correct", "/org/email", "3120", "Refresh"} {
		if strings.Contains(page.Body, absent) {
			t.Errorf("a clerk sees %q", absent)
		}
	}
	for _, path := range []string{"/org/names", "/org/contacts", "/org/address", "/org/residency", "/org/email", "/org/bank/new", "/org/bank/1"} {
		if got := clerk.Get(path); got.Status != 403 {
			t.Errorf("a clerk opens %s: %d", path, got.Status)
		}
		if got := admin.Get(path); got.Status != 200 && path != "/org/bank/1" {
			t.Errorf("an administrator opens %s: %d %s", path, got.Status, got.Body)
		}
	}
	for _, path := range []string{"/org/names", "/org/contacts", "/org/address", "/org/residency", "/org/email", "/org/email/confirm", "/org/email/drop", "/org/bank/new", "/org/bank/1", "/org/bank/1/remove", "/org/check", "/org/refresh"} {
		if got := clerk.Post(path, url.Values{"version": {"1"}}); got.Status != 403 {
			t.Errorf("a clerk posts %s: %d", path, got.Status)
		}
	}
	if got := p.browser(0).Get("/org"); got.Status != 303 {
		t.Errorf("nobody opens /org: %d", got.Status)
	}
}

func TestChangesAreStoredAndStandInTheHistory(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.exec(`update organizations set name_ru = 'ООО «Зарафшон»'`) // as it was before the register changed
	b := p.browser(1)
	for i, step := range []struct {
		path string
		form url.Values
		want string
	}{
		{"/org/names", url.Values{"name_uz": {"“Zarafshon Sut” MChJ"}, "name_ru": {"ООО \"Зарафшон Сут\""}, "name_en": {"Zarafshon LLC"}}, "Zarafshon LLC"},
		{"/org/contacts", url.Values{"phone": {"(91) 765-43-21"}, "language": {"ru"}}, "+998 91 765-43-21"},
		{"/org/address", url.Values{"region": {"TK"}, "district": {"Yunusobod"}, "street": {"Bog'ishamol 1"}, "postal_region": {"QR"}, "postal_district": {"Nukus"}, "postal_street": {"Do`stlik 3"}}, "Tashkent City, Yunusobod, Bogʻishamol 1"},
		{"/org/residency", url.Values{"country": {"KZ"}}, "Kazakhstan"},
	} {
		step.form.Set("version", fmt.Sprint(i+1))
		if got := b.Post(step.path, step.form); got.Status != 303 || got.Location != "/org" {
			t.Fatalf("%s: %d\n%s", step.path, got.Status, read(got.Body))
		}
		shows(t, b.Get("/org"), 200, step.want)
	}
	shows(t, b.Get("/org"), 200, "Republic of Karakalpakstan, Nukus, Doʻstlik 3")
	h := b.Get("/org/history")
	shows(t, h, 200, `Name in Russian ООО «Зарафшон» ООО "Зарафшон Сут" Gʻulomjon`, "Phone +998 90 123-45-67 +998 91 765-43-21", "Country of tax residency Uzbekistan Kazakhstan")
	only := b.Get("/org/history?field=phone")
	shows(t, only, 200, "+998 91 765-43-21")
	if strings.Contains(only.Body, "Зарафшон") {
		t.Error("the history of the phone shows names")
	}
	shows(t, b.Get("/org/history?field=nonsense&before=x"), 200, "Zarafshon LLC")
	if got := p.text(`select name_en || search from organizations where org_id = 7`); !strings.Contains(got, "zarafshon") {
		t.Errorf("not found by its name: %s", got)
	}
}

// Names stand in letters, in what is signed and in the catalogue.
func TestNobodyTakesAnothersName(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	names := func(uz, ru, en string) url.Values {
		return url.Values{"version": {"1"}, "name_uz": {uz}, "name_ru": {ru}, "name_en": {en}}
	}
	p.register.fail(register.ErrUnavailable)
	shows(t, b.Post("/org/names", names("“Registon” MChJ", "ООО «Регистон»", "")), 503, "register.unavailable")
	p.register.say(func(r *register.Raw) { r.NameEn = "" })
	shows(t, b.Post("/org/names", names("“Registon” MChJ", "ООО «Регистон»", "Registon")), 422,
		"The state register names it “Zarafshon Sut” MChJ;", "The state register names it ООО «Зарафшон Сут»;")
	if got := p.text(`select name_uz || name_ru || name_en from organizations`); got != "“Zarafshon Sut” MChJООО «Зарафшон Сут»" {
		t.Errorf("stored: %s", got)
	}
	if got := b.Post("/org/names", names(`"ZARAFSHON SUT" MChJ`, "ООО Зарафшон Сут", "Zarafshon Milk")); got.Status != 303 {
		t.Errorf("its own name in other letters: %d %s", got.Status, read(got.Body))
	}
}

func TestTwoWhoEditSeeBothVersions(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	one, two := p.browser(1), p.browser(1)
	one.Get("/org/contacts")
	two.Get("/org/contacts")
	one.Post("/org/contacts", url.Values{"version": {"1"}, "phone": {"901111111"}, "language": {"en"}})
	got := two.Post("/org/contacts", url.Values{"version": {"1"}, "phone": {"902222222"}, "language": {"en"}})
	shows(t, got, 409, "changed this on", "Phone +998 90 222-22-22 +998 90 111-11-11", "Gʻulomjon")
	if !strings.Contains(got.Body, `name="version" value="2"`) {
		t.Error("the form cannot be sent again")
	}
	if got := two.Post("/org/contacts", url.Values{"version": {"2"}, "phone": {"902222222"}, "language": {"en"}}); got.Status != 303 {
		t.Errorf("keeping one's own: %d", got.Status)
	}
	if phone := p.text(`select phone from organizations where org_id = 7`); phone != "+998902222222" {
		t.Error(phone)
	}
}

// Nothing anybody types is stored half, shown as markup or answered by a 500.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	hostile := map[string]string{
		"direction": "Sut\u202eMChJ", "isolate": "a\u2066b\u2069", "markup": "<script>alert(1)</script>", "formula": "=1+1",
		"long": strings.Repeat("ў", 5000), "empty": "", "blanks": " \t\u00a0", "control": "a\x07b", "private": "\ue000", "emoji": "🏭",
		"quote": `"><img src=x onerror=alert(1)>`, "sql": "'; drop table organizations; --", "kelvin": "\u212aarim@misol.example", "tag": "\U000e0041",
	}
	before := p.text(`select md5(string_agg(o::text, '')) from organizations o`)
	forms := map[string][]string{
		"/org/names": {"name_uz", "name_ru", "name_en"}, "/org/contacts": {"phone", "language"}, "/org/residency": {"country"},
		"/org/address":  {"region", "district", "street", "postal_region", "postal_district", "postal_street"},
		"/org/bank/new": {"account", "mfo", "bank"}, "/org/email": {"email"}, "/org/email/confirm": {"code"},
	}
	good := url.Values{
		"name_uz": {"Sut"}, "name_ru": {"Сут"}, "phone": {"901234567"}, "language": {"uz"}, "country": {"UZ"}, "region": {"TK"}, "district": {"a"}, "street": {"b"},
		"account": {"20208000000000000001"}, "mfo": {"00440"}, "bank": {"Bank"}, "version": {"0"},
	}
	for path, fields := range forms {
		for _, field := range fields {
			for name, text := range hostile {
				form := url.Values{}
				maps.Copy(form, good)
				form.Set(field, text)
				if path == "/org/bank/new" && field == "bank" {
					form.Set("account", "1") // not to be stored in this test
				}
				got := b.Post(path, form)
				if got.Status != 422 && got.Status != 409 && got.Status != 410 {
					t.Errorf("%s %s, %s: %d", path, field, name, got.Status)
				}
				if strings.Contains(got.Body, "<script>alert") || strings.Contains(got.Body, "<img src=x") {
					t.Errorf("%s %s, %s: markup comes through", path, field, name)
				}
			}
		}
		for _, bytes := range []string{"%00", "%ff%fe", "%c0%af"} {
			if got := b.Post(path+"?x="+bytes, nil); got.Status != 400 {
				t.Errorf("%s with %s: %d", path, bytes, got.Status)
			}
		}
	}
	if after := p.text(`select md5(string_agg(o::text, '')) from organizations o`); after != before {
		t.Error("something was stored")
	}
}

func TestBankAccounts(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	add := func(account, mfo, main string) httptesting.Page {
		return b.Post("/org/bank/new", url.Values{"account": {account}, "mfo": {mfo}, "bank": {"Milliy bank"}, "main": {main}})
	}
	for name, tt := range map[string]struct{ account, mfo, says string }{
		"19 digits": {"2020800000000000000", "00440", "has 20 digits"}, "letters": {"2020800000000000000O", "00440", "has 20 digits"},
		"four digits of a bank": {"20208000000000000001", "0044", "has 5 digits"},
	} {
		shows(t, add(tt.account, tt.mfo, ""), 422, tt.says)
		_ = name
	}
	if got := add("2020 8000 0000 0000 0001", "00 440", ""); got.Status != 303 {
		t.Fatalf("%d %s", got.Status, read(got.Body))
	}
	shows(t, add("20208000000000000001", "00440", ""), 422, "on the list already")
	if got := add("20208000000000000002", "00440", "yes"); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	shows(t, b.Get("/org"), 200, "Milliy bank Main account 2020 8000 0000 0000 0002", "2020 8000 0000 0000 0001")
	main, other := p.text(`select id::text from bank_accounts where is_main`), p.text(`select id::text from bank_accounts where not is_main`)
	b.Post("/org/bank/"+main+"/remove", nil)
	if got := p.text(`select count(*)::text from bank_accounts`); got != "2" {
		t.Error("the main account went before the others")
	}
	b.Post("/org/bank/"+other+"/remove", nil)
	b.Post("/org/bank/"+main+"/remove", nil)
	if got := p.text(`select count(*)::text from bank_accounts`); got != "0" {
		t.Errorf("%s accounts left", got)
	}
	for _, id := range []string{main, "0", "-1", "x", "999999999999999999999"} {
		if got := b.Get("/org/bank/" + id); got.Status != 404 {
			t.Errorf("/org/bank/%s: %d", id, got.Status)
		}
	}
	if got := b.Post("/org/bank/"+main, url.Values{"version": {"1"}, "account": {"20208000000000000009"}, "mfo": {"00440"}, "bank": {"B"}}); got.Status != 404 {
		t.Errorf("a removed account is changed: %d", got.Status)
	}
}

func TestTheRegisterIsAskedAnew(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	if got := b.Post("/org/refresh", nil); got.Location != "/org" {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	shows(t, b.Get("/org"), 200, "as of", "Samarkand Region, Samarqand shahri, Yuridik koʻchasi, 1", "active")
	p.register.say(func(r *register.Raw) { r.Director, r.PINFL, r.Status = "Jasur Hakimov", incoming, "suspended" })
	b.Post("/org/refresh", nil)
	shows(t, b.Get("/org"), 200, "names another director: Jasur Hakimov", "Here it is still Gʻulomjon Oʻrinboyev", "the organization is suspended")
	p.register.fail(register.ErrUnavailable)
	if got := b.Post("/org/refresh", nil); got.Location != "/org" {
		t.Errorf("a silent register: %d", got.Status)
	}
	shows(t, b.Get("/org"), 200, "Jasur Hakimov")
	for range 10 {
		b.Post("/org/refresh", nil)
	}
	if got := b.Post("/org/refresh", nil); got.Status != 429 {
		t.Errorf("asked without end: %d", got.Status)
	}
}

func TestAllCorrectIsNotedWithTwoClicks(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	b := p.browser(1)
	if !strings.Contains(b.Get("/org").Body, `action="/org/check"`) {
		t.Error("no button")
	}
	if got := b.Post("/org/check", nil); got.Location != "/org" {
		t.Errorf("%d", got.Status)
	}
	shows(t, b.Get("/org"), 200, "Checked on")
	if got := p.text(`select action from audit_log where org_id = 7 order by id desc limit 1`); got != "org.check" {
		t.Error(got)
	}
}

func TestEditsAtOnceAreOneAfterTheOther(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	const rounds = 50
	browsers := []*httptesting.Browser{p.browser(1), p.browser(1), p.browser(1)}
	for round := range rounds {
		var wg sync.WaitGroup
		status := make([]int, len(browsers))
		for i, b := range browsers {
			wg.Go(func() {
				form := url.Values{"version": {fmt.Sprint(round + 1)}, "phone": {fmt.Sprintf("90%03d%02d%02d", round, i, i)}, "language": {"en"}}
				status[i] = b.Post("/org/contacts", form).Status
			})
		}
		wg.Wait()
		won := 0
		for _, s := range status {
			if s == 303 {
				won++
			} else if s != 409 {
				t.Fatalf("round %d: %v", round, status)
			}
		}
		if won != 1 {
			t.Fatalf("round %d: %v", round, status)
		}
	}
}
