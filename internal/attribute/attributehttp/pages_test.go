package attributehttp_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/attribute/attributehttp"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

const root = "/op/dictionaries/attributes"

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
}

// newSite has staff of each role.
func newSite(t *testing.T) site {
	t.Helper()
	db := pgtest.New(t)
	sessions := session.New(db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := attributehttp.Handlers{Attributes: &attribute.Service{DB: db}, Sessions: sessions}
	s := site{t: t, db: db, handler: httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		for i, role := range perm.StaffRoles() {
			who := session.Who{StaffID: int64(20 + i)}
			r.Post("/in/"+string(role), wrap(func(_ http.ResponseWriter, r *http.Request) error { return sessions.SignIn(r.Context(), who) }))
		}
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw))
			h.Staff(r, wrap)
		})
	})}
	for i, role := range perm.StaffRoles() {
		_, err := db.Exec(t.Context(), `insert into staff (id, name, pinfl_mac, roles, language) values ($1, $2, $3, array[$2], 'en')`, 20+i, string(role), []byte{byte(i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s site) as(who perm.Role) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+string(who), nil)
	b.Get("/in/x?lang=en")
	return b
}

func wantPage(t *testing.T, p httptesting.Page, status int, location string, texts ...string) {
	t.Helper()
	if p.Status != status || p.Location != location {
		t.Errorf("got %d to %q, want %d to %q: %.200s", p.Status, p.Location, status, location, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q:\n%.3000s", text, p.Body[max(0, strings.Index(p.Body, "<h1")):])
		}
	}
}

// form is the newest version of a group as its form sends it.
func (s site) form(group int16) url.Values {
	s.t.Helper()
	b, err := attribute.BookOf(s.t.Context(), s.db, group)
	if err != nil {
		s.t.Fatal(err)
	}
	v := url.Values{"from": {strconv.Itoa(b.Set.Version)}, "rows": {strconv.Itoa(len(b.Set.Attributes))}}
	for i, a := range b.Set.Attributes {
		row := attribute.RowOf(a)
		for name, value := range map[string]string{
			"code": row.Code, "kind": row.Kind, "unit": row.Unit, "unless": row.Unless, "min": row.Min, "max": row.Max, "length": row.Length, "options": row.Options,
			"label_uz": row.Label.Uz, "label_ru": row.Label.Ru, "label_en": row.Label.En, "hint_uz": row.Hint.Uz, "hint_ru": row.Hint.Ru, "hint_en": row.Hint.En,
		} {
			v.Set(attribute.Field(i, name), value)
		}
		if row.Required {
			v.Set(attribute.Field(i, "required"), "yes")
		}
	}
	return v
}

func pressed(v url.Values, act string) url.Values {
	v.Set("act", act)
	return v
}

func TestAVersionIsWrittenCheckedAndPublished(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur := s.as(perm.RoleOpRegistrar)
	edit := root + "/13/edit"
	wantPage(t, timur.Get(root), 200, "", `href="`+root+`/13"`, `href="`+root+`/13/codes/hs"`)
	wantPage(t, timur.Get(root+"/13"), 200, "", "Kind of drink", "product_type", "Delivered with the portal", `href="`+edit+`"`)
	wantPage(t, timur.Get(edit), 200, "", `name="a0-code" type="text" value="product_type"`, `name="from" value="1"`, "medical = Davolovchi mineral suv")

	v := s.form(13)
	n, _ := strconv.Atoi(v.Get("rows"))
	last := strconv.Itoa(n)
	wantPage(t, timur.Post(edit, pressed(v, "check")), 422, "", "Nothing has changed since the last version", `href="#add"`)
	wantPage(t, timur.Post(edit, pressed(v, "add")), 200, "", `name="a`+last+`-code"`, last+`. `, `name="rows" value="`+strconv.Itoa(n+1)+`"`, `id="row`+last+`" open`)
	wantPage(t, timur.Post(edit, pressed(v, "down-0")), 200, "", `name="a1-code" type="text" value="product_type"`, `id="row1" open`)
	wantPage(t, timur.Post(edit, pressed(v, "up-0")), 200, "", `name="a0-code" type="text" value="product_type"`)
	p := timur.Post(edit, pressed(v, "remove-0"))
	wantPage(t, p, 200, "", `name="a0-code" type="text" value="volume"`)
	if strings.Contains(p.Body, `value="product_type"`) {
		t.Error("the attribute is still there")
	}
	for _, odd := range []string{"up-99", "remove-x", "remove--1", "down-9999999999999999999999", "nothing", ""} {
		wantPage(t, timur.Post(edit, pressed(v, odd)), 422, "", "Nothing has changed since the last version")
	}

	v.Set("rows", strconv.Itoa(n+1))
	v.Set("a"+last+"-kind", "choice")
	v.Set("a"+last+"-label_ru", "Вода <b>")
	wantPage(t, timur.Post(edit, pressed(v, "check")), 422, "", `href="#a`+last+`-code"`, `href="#a`+last+`-label_uz"`, `href="#a`+last+`-options"`, "Вода &lt;b&gt;", `id="row`+last+`" open`)
	v.Set("a"+last+"-label_uz", "Suv turi")
	v.Set("a"+last+"-code", "source")
	v.Set("a"+last+"-options", "spring = Buloq | Родник | Spring\r\nwell = Quduq | Скважина | Well\r\n")
	v.Set("a0-label_en", "Kind of beverage")
	v.Set("note", "Springs asked for it")
	wantPage(t, timur.Post(edit, pressed(v, "check")), 200, "", "Publish version 2?", "<del>Kind of drink</del>", "<ins>Kind of beverage</ins>", "Вода &lt;b&gt;", "source", `name="a`+last+`-code" value="source"`)
	wantPage(t, timur.Post(edit, pressed(v, "back")), 200, "", `value="Kind of beverage"`, `value="Springs asked for it"`)
	wantPage(t, timur.Post(edit, pressed(v, "publish")), 303, root+"/13/versions/2")
	wantPage(t, timur.Get(root+"/13/versions/2"), 200, "", "Version 2. Cards written now follow it", "Springs asked for it", "op_registrar", "<ins>Kind of beverage</ins>")
	wantPage(t, timur.Get(root+"/13/versions/1"), 200, "", "A newer one is in force", "Kind of drink")

	b, err := attribute.BookOf(t.Context(), s.db, 13)
	if a, ok := b.Set.Find("source"); err != nil || !ok || len(a.Options) != 2 || a.Label.Ru != "Вода <b>" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestOfTwoWhoPublishTheSecondSeesBoth(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur, admin := s.as(perm.RoleOpRegistrar), s.as(perm.RoleOpAdmin)
	first, second := s.form(15), s.form(15)
	first.Set("a0-label_en", "Kind of beer")
	second.Set("a1-label_en", "How much")
	wantPage(t, timur.Post(root+"/15/edit", pressed(first, "publish")), 303, root+"/15/versions/2")
	p := admin.Post(root+"/15/edit", pressed(second, "publish"))
	wantPage(t, p, 409, "", "op_registrar has published version 2 meanwhile", "<del>Kind of beer</del>", "<ins>How much</ins>", `name="from" value="2"`, `value="How much"`)
	second.Set("from", "2")
	wantPage(t, admin.Post(root+"/15/edit", pressed(second, "publish")), 303, root+"/15/versions/3")
}

func TestCodesAreKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur := s.as(perm.RoleOpRegistrar)
	list := root + "/13/codes/hs"
	code := func(code, en, version string) url.Values {
		return url.Values{"code": {code}, "uz": {en + " uz"}, "ru": {en + " ru"}, "en": {en}, "version": {version}}
	}
	wantPage(t, timur.Get(list), 200, "", "2201101100", "Воды минеральные природные негазированные", `href="`+list+`/new"`, "In use — 9")
	p := timur.Get(list + "?q=%D0%B0%D0%BF%D0%B5%D0%BB%D1%8C%D1%81%D0%B8%D0%BD")
	wantPage(t, p, 200, "", "2009120008")
	if strings.Contains(p.Body, "2201101100") {
		t.Error("the search finds everything")
	}
	wantPage(t, timur.Get(list+"?q=%00&after=%ff&per=x&state=y"), 400, "")
	wantPage(t, timur.Get(list+"?q=zzz"), 200, "", "Nothing found", `href="`+list+`"`)
	wantPage(t, timur.Post(list+"/new", code("22", "", "")), 422, "", `href="#code"`, "10 digits", `value="22"`)
	wantPage(t, timur.Post(list+"/new", code("2201101100", "Water", "")), 409, "", "has this code already")
	wantPage(t, timur.Post(list+"/new", code("2202 99 9900", "Fresh <b>", "")), 303, list)
	entry := list + "/entry/2202999900"
	wantPage(t, timur.Get(entry), 200, "", "Fresh &lt;b&gt;", `name="version" value="1"`, "Switch off")
	wantPage(t, timur.Post(entry, code("1", "Fresh drinks", "1")), 303, list)
	wantPage(t, s.as(perm.RoleOpAdmin).Post(entry, code("", "Fresher drinks", "1")), 409, "",
		"Somebody else has changed this meanwhile", "Fresh drinks", ">Fresher drinks</textarea>", `name="version" value="2"`)
	wantPage(t, timur.Post(entry, url.Values{"version": {"2"}}), 422, "", ` aria-invalid="true"`)
	wantPage(t, timur.Post(entry+"/off", nil), 303, list)
	wantPage(t, timur.Get(list+"?state=off"), 200, "", "2202999900", "Switched off — 1")
	wantPage(t, timur.Get(entry), 200, "", "It is switched off", "Switch on")
	wantPage(t, timur.Get(list+"/file"), 200, "", "2202999900;Fresh drinks uz;Fresh drinks ru;Fresh drinks;yes", "2201101100;")
	wantPage(t, timur.Post(entry+"/on", nil), 303, list)
	for _, bad := range []string{"/entry/1", "/entry/%00", "/entry/x/off"} {
		p := timur.Post(list+bad, code("", "x", "1"))
		if p.Status != 404 && p.Status != 400 {
			t.Errorf("%s: %d", bad, p.Status)
		}
	}
}

func TestWhoMayReadAndWho(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pages := []string{"", "/13", "/13/versions/1", "/13/codes/category", "/13/codes/hs/entry/2201101100", "/13/codes/ikpu/file"}
	forms := []string{"/13/edit", "/13/codes/hs/new"}
	acts := []string{"/13/edit", "/13/codes/hs/new", "/13/codes/hs/entry/2201101100", "/13/codes/hs/entry/2201101100/off", "/13/codes/hs/entry/2201101100/on"}
	for _, role := range perm.StaffRoles() {
		who := s.as(role)
		reads, edits := role.Rights().Has(perm.OpDictionaryRead), role.Rights().Has(perm.OpDictionaryManage)
		for _, path := range pages {
			if p := who.Get(root + path); (p.Status == 200) != reads {
				t.Errorf("%s reads %s: %d", role, path, p.Status)
			}
		}
		for _, path := range forms {
			if p := who.Get(root + path); (p.Status == 200) != edits {
				t.Errorf("%s opens %s: %d", role, path, p.Status)
			}
		}
		for _, path := range acts {
			if p := who.Post(root+path, nil); (p.Status == 403) == edits {
				t.Errorf("%s posts %s: %d", role, path, p.Status)
			}
		}
	}
	timur := s.as(perm.RoleOpRegistrar)
	for _, bad := range []string{"/0", "/x", "/99", "/65549", "/13/versions/0", "/13/versions/2", "/13/versions/x", "/13/codes/x", "/13/codes/hs/entry/1", "/99/edit", "/99/codes/hs/new"} {
		wantPage(t, timur.Get(root+bad), 404, "")
	}
}

func TestCodesComeFromAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	timur := s.as(perm.RoleOpRegistrar)
	list := root + "/13/codes/category"
	send := func(name, content string) httptesting.Page {
		return timur.PostFile(list+"/import", list+"/import", attribute.FieldFile, name, []byte(content))
	}
	wantPage(t, timur.Get(list+"/import"), 200, "", "Categories from a file", `enctype="multipart/form-data"`, `href="`+list+`/file"`)
	wantPage(t, send("x.csv", "a;b\n"), 422, "", `href="#file"`, "must name the columns")
	wantPage(t, send("x.csv", ""), 422, "", `href="#file"`)
	p := send("<b>.csv", "code;name_uz;name_ru\nkvass;Kvas;Квас домашний\nmilk <b>;Sut;Молоко\nsyrups;Siroplar;Сиропы\n")
	if p.Status != 303 || !strings.HasPrefix(p.Location, list+"/import/") {
		t.Fatalf("%d to %q: %.500s", p.Status, p.Location, p.Body)
	}
	file := p.Location
	wantPage(t, timur.Get(file), 200, "", "&lt;b&gt;.csv", "3 rows read", "Apply 2 changes", "milk &lt;b&gt;", "A code has 2 to 40 small Latin letters")
	wantPage(t, timur.Post(file+"/apply", nil), 303, file)
	wantPage(t, timur.Get(file), 200, "", "The file was applied on")
	wantPage(t, timur.Get(list), 200, "", "Квас домашний", "Сиропы", "In use — 8")
	for _, bad := range []string{"/x", "/0", "/999"} {
		wantPage(t, timur.Get(list+"/import"+bad), 404, "")
		wantPage(t, timur.Post(list+"/import"+bad+"/apply", nil), 404, "")
	}
	wantPage(t, timur.Get(root+"/15"+strings.TrimPrefix(file, root+"/13")), 404, "")
	support := s.as(perm.RoleOpWatcher)
	wantPage(t, support.Get(list+"/import"), 403, "")
	wantPage(t, support.PostFile(list+"/import", list+"/import", attribute.FieldFile, "x.csv", []byte("x")), 403, "")
	wantPage(t, support.Get(file), 403, "")
	wantPage(t, support.Post(file+"/apply", nil), 403, "")
}
