package placehttp_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/xuri/excelize/v2"

	"kabinet/internal/core/clock"
	"kabinet/internal/place"
	"kabinet/internal/place/placehttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	handler http.Handler
	main    int32
	theirs  int32 // of another organization
}

// The members: two administrators, a clerk, and an administrator of another
// organization.
var members = map[string]session.Who{
	"barno": {AccountID: 3, OrgID: 2, MemberID: 3},
	"aziz":  {AccountID: 4, OrgID: 2, MemberID: 4},
	"clerk": {AccountID: 6, OrgID: 2, MemberID: 6},
	"other": {AccountID: 7, OrgID: 9, MemberID: 7},
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: pgtest.New(t)}
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour, Cache: 5 * time.Second})
	h := placehttp.Handlers{Places: &place.Service{DB: s.db}, Sessions: sessions, Now: clock.System}
	s.handler = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in/{who}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), members[chi.URLParam(r, "who")])
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireMember(httptesting.Draw), viewer)
			h.Routes(r, wrap)
		})
	})
	s.seed()
	return s
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights})))
	})
}

func (s *site) seed() {
	s.t.Helper()
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) select n, 'Account ' || n, n::text::bytea, 'x', 'en' from generate_series(3, 7) n`,
		`insert into members (org_id, id, account_id, kind, name, email, status, all_places)
			select case n when 7 then 9 else 2 end, n, n, 'business', 'Member ' || n, 'm' || n || '@company.example', 'active', n <> 6
			from unnest(array[3, 4, 6, 7]) n`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, 'default' from members`,
		`insert into member_roles (org_id, member_id, role) select org_id, id, 'org_admin' from members where id <> 6`,
	} {
		s.exec(sql)
	}
	s.main, s.theirs = s.first(2), s.first(9)
	s.exec(`insert into member_places (org_id, member_id, place_id) values (2, 6, $1)`, s.main)
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.db.Exec(s.t.Context(), sql, args...)
	s.must(err)
}

func (s *site) first(orgID int64) (id int32) {
	s.t.Helper()
	s.must(pg.InTx(s.t.Context(), s.db, func(tx pg.Tx) (err error) {
		id, err = place.FirstTx(s.t.Context(), tx, orgID, place.Address{Language: "en", Region: "TK", District: "Yunusobod", Street: "Bobur 1"})
		return err
	}))
	return id
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	s.must(s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n))
	return n
}

func (s *site) as(who string) *httptesting.Browser {
	b := httptesting.NewBrowser(s.t, s.handler)
	b.Post("/in/"+who, nil)
	b.Get("/org/places?lang=en")
	return b
}

func want(t *testing.T, p httptesting.Page, status int, texts ...string) httptesting.Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("status %d to %q, want %d\n%s", p.Status, p.Location, status, p.Body)
	}
	for _, text := range texts {
		if !strings.Contains(p.Body, text) {
			t.Errorf("the page lacks %q:\n%s", text, p.Body)
		}
	}
	return p
}

func typed(name string) url.Values {
	return url.Values{"name": {name}, "activities": {"storage"}, "country": {"UZ"}, "region": {"SA"}, "district": {"Urgut"}, "street": {"Navoiy 1"}}
}

func (s *site) add(b *httptesting.Browser, name string) string {
	s.t.Helper()
	return want(s.t, b.Post("/org/places", typed(name)), 303).Location
}

var ticket = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

func TestAPlaceFromItsFormToItsBlock(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	want(t, b.Get("/org/places"), 200, "Main place, Yunusobod", `href="/org/places/new"`, "Tashkent City, Yunusobod, Bobur 1", "places.xlsx")
	form := want(t, b.Get("/org/places/new"), 200, `value="UZ" selected`, "Samarkand Region", `name="activities"`)

	bad := typed(" <b>\u202e")
	bad.Del("activities")
	bad.Set("gln", "4780000000015")
	want(t, b.Post("/org/places", bad), 422, "Error:", `href="#name"`, `href="#activities"`, `href="#gln"`, "&lt;b&gt;", `value="4780000000015"`, "The check digit does not fit")

	good := typed("Ombor <2>")
	good.Set("ticket", ticket.FindStringSubmatch(form.Body)[1])
	at := want(t, b.Post("/org/places", good), 303).Location
	if again := want(t, b.Post("/org/places", good), 303).Location; again != at {
		t.Errorf("the form sent again leads to %s, not %s", again, at)
	}
	want(t, b.Get(at), 200, "Ombor &lt;2&gt;", `id="place-id"`, "Added by hand", at+"/edit", at+"/main", at+"/block", "Added a place of business")

	want(t, b.Get(at+"/edit"), 200, `name="version" value="1"`, `value="Ombor &lt;2&gt;"`)
	change := typed("Ombor 2")
	change.Set("version", "1")
	want(t, b.Post(at+"/edit", change), 303)
	want(t, b.Get(at), 200, "Name: Ombor &lt;2&gt;, now Ombor 2")

	want(t, b.Get(at+"/main"), 200, `method="post"`)
	want(t, b.Post(at+"/main", nil), 303)
	want(t, b.Get(at+"/main"), 303)
	want(t, b.Get(at+"/block"), 200, "Next main place", "Main place, Yunusobod – ", "Nobody was given this place by itself", "Users with all places")
	want(t, b.Post(at+"/block", url.Values{"confirm": {"another"}}), 422, `href="#confirm"`, `href="#successor"`, `value="another"`)
	want(t, b.Post(at+"/block", url.Values{"confirm": {"ombor 2"}, "successor": {fmt.Sprint(s.main)}}), 303)
	p := want(t, b.Get(at), 200, "blocked for good", "Blocked a place of business")
	if strings.Contains(p.Body, "/edit") || strings.Contains(p.Body, at+"/block") {
		t.Error("a blocked place offers to be changed")
	}
	for _, act := range []string{"/edit", "/main", "/block"} {
		want(t, b.Get(at+act), 409)
		want(t, b.Post(at+act, change), 409)
	}
	want(t, b.Get(fmt.Sprintf("/org/places/%d/block", s.main)), 409, "This is the only active place")
	want(t, b.Post(fmt.Sprintf("/org/places/%d/block", s.main), url.Values{"confirm": {"Main place, Yunusobod"}}), 409, "This is the only active place")
}

func TestTwoEditors(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mine, hers := s.as("barno"), s.as("aziz")
	at := s.add(mine, "Ombor 2")
	first := typed("Ombor ikki")
	first.Set("version", "1")
	first.Set("district", "Kattaqoʻrgʻon")
	want(t, hers.Post(at+"/edit", first), 303)

	second := typed("Ombor dva")
	second.Set("version", "1")
	second["activities"] = []string{"sales", "production"}
	p := want(t, mine.Post(at+"/edit", second), 409, "Somebody else has changed the place", "Member 4", "Ombor ikki", "Ombor dva", "Kattaqoʻrgʻon",
		`name="version" value="2"`, `name="keep_name" value="theirs"`, `name="keep_activities"`, `name="activities" value="sales"`)
	if strings.Contains(p.Body, "keep_street") {
		t.Error("a field that is the same is asked about")
	}
	second.Set("version", "2")
	second.Set("keep_name", "theirs")
	second.Set("keep_activities", "mine")
	want(t, mine.Post(at+"/edit", second), 303)
	want(t, mine.Get(at), 200, "<h1>Ombor ikki</h1>", "Production, Sales", "Urgut")
}

func TestStrangersFindNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	file := b.PostFile("/org/places/import", "/org/places/import", "file", "x.csv", []byte("Name;Activities;Region;District or city\na;sales;SA;b\n"))
	imported := want(t, file, 303).Location
	paths := []string{fmt.Sprintf("/org/places/%d", s.theirs), "/org/places/999999", "/org/places/0", "/org/places/x", "/org/places/99999999999999", "/org/places/-1"}
	for _, path := range paths {
		for _, act := range []string{"", "/edit", "/main", "/block"} {
			want(t, b.Get(path+act), 404, "place.not_found")
			if act != "" {
				want(t, b.Post(path+act, typed("x")), 404)
			}
		}
	}
	other := s.as("other")
	for _, path := range []string{imported, imported + "/complaints.csv", "/org/places/import/x"} {
		want(t, other.Get(path), 404, "place.import.not_found")
	}
	want(t, other.Post(imported+"/apply", nil), 404)
	if p := want(t, other.Get("/org/places"), 200); strings.Count(p.Body, `role="rowheader"`) != 1 {
		t.Error("another organization's places are listed")
	}
}

func TestAClerkOnlyReads(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("clerk")
	at := fmt.Sprintf("/org/places/%d", s.main)
	for _, path := range []string{"/org/places", at, "/org/places.csv", "/org/places.xlsx"} {
		p := want(t, b.Get(path), 200)
		for _, offer := range []string{"/new", "/import", "/edit", "/block"} {
			if strings.Contains(p.Body, `href="/org/places`+offer) || strings.Contains(p.Body, at+offer) {
				t.Errorf("%s offers %s", path, offer)
			}
		}
	}
	for _, path := range []string{"/org/places/new", "/org/places/import", "/org/places/import/template.csv", "/org/places/import/template.xlsx", "/org/places/import/x", at + "/edit", at + "/main", at + "/block"} {
		want(t, b.Get(path), 403)
	}
	for _, path := range []string{"/org/places", at + "/edit", at + "/main", at + "/block", "/org/places/import/x/apply"} {
		want(t, b.Post(path, typed("x")), 403)
	}
	want(t, b.PostFile("/org/places/import", "/", "file", "x.csv", []byte("x")), 403)
}

func TestDoubleSubmit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	for n := range 20 {
		form := typed(fmt.Sprint("Ombor ", n))
		form.Set("ticket", fmt.Sprint("t", n))
		var both sync.WaitGroup
		for range 2 {
			tab := b.Tab()
			both.Go(func() {
				if p := tab.Post("/org/places", form); p.Status != 303 {
					t.Errorf("%d %s", p.Status, p.Body)
				}
			})
		}
		both.Wait()
	}
	if n := s.count(`select count(*) from places where org_id = 2`); n != 21 {
		t.Errorf("%d places", n)
	}
}

func TestTheListInItsAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	for n := range 30 {
		s.add(b, fmt.Sprintf("Ombor %02d", n))
	}
	rows := func(path string) int { return strings.Count(want(t, b.Get(path), 200).Body, `role="rowheader"`) }
	for path, n := range map[string]int{
		"/org/places": 25, "/org/places?per=50": 31, "/org/places?q=ombor+07": 1, "/org/places?region=TK": 1, "/org/places?activity=sales": 1,
		"/org/places?status=blocked": 0, "/org/places?sort=-id&per=7": 25, "/org/places?status=x&region=ZZ&per=50": 31,
	} {
		if got := rows(path); got != n {
			t.Errorf("%s shows %d, want %d", path, got, n)
		}
	}
	next := regexp.MustCompile(`href="(/org/places\?after=[^"]+)" rel="next"`).FindStringSubmatch(b.Get("/org/places").Body)
	if next == nil || rows(strings.ReplaceAll(next[1], "&amp;", "&")) != 6 {
		t.Errorf("the next page: %v", next)
	}
	if p := want(t, b.Get("/org/places?q=&region=SA&activity="), 303); p.Location != "/org/places?region=SA" {
		t.Errorf("empty parameters lead to %s", p.Location)
	}
	want(t, b.Get("/org/places?after=%21"), 400)
	want(t, b.Get("/org/places?q=nowhere"), 200, "0 places found", "Clear filters")
	s.exec(`delete from member_places`)
	s.exec(`delete from places where org_id = 9`)
	want(t, s.as("other").Get("/org/places"), 200, "No places yet", "/org/places/new", "/org/places/import")
}

func TestExportAndImportOfTheSameFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	at := s.add(b, "=cmd|' /C calc'!A0")
	want(t, b.Get("/org/places.csv?region=SA"), 200, "\ufeffPlace number;Name;", ";'=cmd|ʼ /C calcʼ!A0;")
	book := want(t, b.Get("/org/places.xlsx"), 200)
	if !strings.HasPrefix(book.Header.Get("Content-Disposition"), `attachment; filename="places_301000002_`) {
		t.Error(book.Header)
	}
	f, err := excelize.OpenReader(strings.NewReader(book.Body))
	s.must(err)
	lines, err := f.GetRows("Sheet1")
	s.must(err)
	if len(lines) != 4 || !strings.Contains(lines[0][0], "Zarafshon Sut") || lines[1][0] != "Place number" || lines[2][1] != "'=cmd|ʼ /C calcʼ!A0" && lines[3][1] != "'=cmd|ʼ /C calcʼ!A0" {
		t.Errorf("%q", lines)
	}
	for name, content := range map[string]string{"places.csv": want(t, b.Get("/org/places.csv"), 200).Body, "places.xlsx": book.Body} {
		for _, lang := range []string{"en", "uz", "ru"} {
			b.Get("/org/places?lang=" + lang)
			to := want(t, b.PostFile("/org/places/import", "/org/places/import", "file", name, []byte(content)), 303).Location
			var read, bad int
			s.must(s.db.QueryRow(t.Context(), `select read, bad from place_imports where id::text = $1`, strings.TrimPrefix(to, "/org/places/import/")).Scan(&read, &bad))
			if read != 2 || bad != 0 {
				t.Errorf("%s in %s: %d read, %d bad", name, lang, read, bad)
			}
			if p := want(t, b.Get(to), 200); strings.Contains(p.Body, "/apply") {
				t.Errorf("%s in %s would change something", name, lang)
			}
		}
		b.Get("/org/places?lang=en")
	}
	want(t, b.Get(at), 200)
}

func TestAnImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	want(t, b.Get("/org/places/import"), 200, `enctype="multipart/form-data"`, "template.xlsx")
	send := func(content string) httptesting.Page {
		return b.PostFile("/org/places/import", "/org/places/import", "file", "<places>.csv", []byte(content))
	}
	at := want(t, send("Name;Activities;Region;District or city\nShop;sales;SA;Urgut\n;x;;\nR & < 5;sales;SA;Urgut\n"), 303).Location
	want(t, b.Get(at), 200, "&lt;places&gt;.csv", "3 rows read", "Apply 2 rows", at+"/apply", "Name the place", "Rows left out", at+"/complaints.csv")
	want(t, b.Get(at+"/complaints.csv"), 200, "3;Activities;x;")
	if n := s.count(`select count(*) from places where org_id = 2`); n != 1 {
		t.Errorf("the check made %d places", n-1)
	}
	want(t, b.Post(at+"/apply", nil), 303)
	want(t, b.Post(at+"/apply", nil), 303)
	if p := want(t, b.Get(at), 200, "Applied", "Name the place"); strings.Contains(p.Body, "/apply") {
		t.Error("an applied file offers to be applied")
	}
	want(t, b.Get("/org/places"), 200, "Shop", "R &amp; &lt; 5")

	t.Run("the templates are accepted in every language", func(t *testing.T) {
		for _, lang := range []string{"uz", "ru", "en"} {
			b.Get("/org/places?lang=" + lang)
			for _, kind := range []string{"csv", "xlsx"} {
				file := want(t, b.Get("/org/places/import/template."+kind), 200)
				at := want(t, b.PostFile("/org/places/import", "/", "file", "t."+kind, []byte(file.Body)), 303).Location
				if n := s.count(`select bad from place_imports where id::text = $1 and read = 2`, strings.TrimPrefix(at, "/org/places/import/")); n != 0 {
					t.Errorf("%s in %s: %d rows are bad", kind, lang, n)
				}
			}
		}
		b.Get("/org/places?lang=en")
	})
	t.Run("files that are none", func(t *testing.T) {
		for content, text := range map[string]string{
			"": "The file is empty", "a;b\n1;2\n": "no heading", "PK\x03\x04nonsense": "not an Excel workbook", strings.Repeat("x", place.MaxFile+1): "larger than 5 MB",
			strings.Repeat("x", place.MaxFile+(1<<20)): "larger than 5 MB",
		} {
			want(t, send(content), 422, text, `href="#file"`)
		}
		want(t, b.PostFile("/org/places/import", "/", "another", "x", []byte("x")), 422, "Choose a file")
		want(t, b.Post("/org/places/import", nil), 422, "Choose a file")
	})
}

// bomb is a workbook one part of which unpacks to size bytes; the tests of
// platform/sheet have all kinds of them.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>`,
		"xl/workbook.xml":     `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="a" sheetId="1"/></sheets></workbook>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("xl/styles.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range size >> 20 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestABombIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	content := bomb(t, 64<<20)
	start := clock.System()
	want(t, b.PostFile("/org/places/import", "/", "file", "bomb.xlsx", content), 422, `href="#file"`)
	if took := clock.Since(start); took > time.Second {
		t.Errorf("%d bytes took %s", len(content), took)
	}
}

// TestEveryPageIsSound looks over the markup of every page in every language.
func TestEveryPageIsSound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as("barno")
	at := s.add(b, "Ombor 2")
	imported := want(t, b.PostFile("/org/places/import", "/", "file", "x.csv", []byte("Name;Activities;Region;District or city\na;sales;SA;b\n;;;\n")), 303).Location
	for _, lang := range []string{"uz", "ru", "en"} {
		b.Get("/org/places?lang=" + lang)
		for _, path := range []string{
			"/org/places", "/org/places?q=nowhere", "/org/places/new", "/org/places/import", imported, at, at + "/edit", at + "/main", at + "/block",
			fmt.Sprintf("/org/places/%d/block", s.main),
		} {
			p := want(t, b.Get(path), 200)
			uitest.Page(t, p.Body)
		}
	}
}

func TestStatementsOfAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var n *pg.Counter
	whole := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, c := pg.CountStatements(r.Context())
		n = c
		whole.ServeHTTP(w, r.WithContext(ctx))
	})
	b := s.as("barno")
	at := s.add(b, "Ombor 2")
	b.Get(at)
	for path, most := range map[string]int{"/org/places": 2, at: 2, at + "/edit": 1, at + "/block": 3, "/org/places/new": 0} {
		b.Get(path) // the session is remembered from here on
		want(t, b.Get(path), 200)
		if n.N() > most {
			t.Errorf("%s takes %d statements, at most %d:\n%s", path, n.N(), most, strings.Join(n.Statements(), "\n"))
		}
	}
}
