package cardfilehttp_test

import (
	"bytes"
	"fmt"
	"html"
	"log/slog"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/cardfile/cardfilehttp"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

// The log of these tests is of no interest.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// The members by name: an editor, one who has only water, an observer, and an
// editor of another organization.
var members = map[string]struct {
	org, id int64
	role    string
}{
	"editor":   {2, 3, "card_editor"},
	"waterman": {2, 4, "card_editor"},
	"observer": {2, 5, "card_observer"},
	"stranger": {9, 7, "card_editor"},
}

type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	cards   *card.Service
	out     cardfile.Exporter
	handler http.Handler
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: pgtest.New(t)}
	s.cards = &card.Service{DB: s.db, Pictures: picture.New()}
	s.out = cardfile.Exporter{DB: s.db, Cards: s.cards}
	sessions := session.New(s.db, session.Config{Idle: time.Hour, Absolute: time.Hour})
	h := cardfilehttp.Handlers{Files: &cardfile.Service{DB: s.db}, Exports: s.out, Now: clock.System}
	s.handler = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Post("/in/{who}", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			m := members[chi.URLParam(r, "who")]
			return sessions.SignIn(r.Context(), session.Who{AccountID: m.id, OrgID: m.org, MemberID: m.id})
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
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

func (s *site) seed() {
	s.t.Helper()
	for _, sql := range []string{
		`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			select n, (301000000 + n)::text, 'mchj', 'Zarafshon Sut', 'Зарафшон Сут', '', '', '', 'org' || n || '@company.example', '', 'TK', '', '', 'en', 'active', '', ''
			from unnest(array[2, 9]) n`,
		`insert into org_product_groups (org_id, group_id, issuer, status) select o, g, true, 'active' from unnest(array[2, 9]) o, unnest(array[3, 13]) g`,
	} {
		s.exec(sql)
	}
	for name, m := range members {
		s.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values ($1, $2, $3, 'x', 'en')`, m.id, "Account "+name, name)
		s.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places)
			values ($1, $2, $2, 'business', $3, $4, 'active', $5, true)`, m.org, m.id, "Member "+name, name+"@company.example", name != "waterman")
		s.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default'), ($1, $2, $3)`, m.org, m.id, m.role)
	}
	s.exec(`insert into member_groups (org_id, member_id, group_id) values (2, 4, 13)`)
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.db.Exec(s.t.Context(), sql, args...)
	s.must(err)
}

func (s *site) count(sql string, args ...any) (n int) {
	s.t.Helper()
	s.must(s.db.QueryRow(s.t.Context(), sql, args...).Scan(&n))
	return n
}

func (s *site) as(who string) *httptesting.Browser {
	s.t.Helper()
	b := httptesting.NewBrowser(s.t, s.handler)
	if p := b.Post("/in/"+who, nil); p.Status != http.StatusOK {
		s.t.Fatalf("sign in: %d %s", p.Status, p.Body)
	}
	return b
}

// work does what the job of an import does.
func (s *site) work(path string) {
	s.t.Helper()
	var id int64
	_, err := fmt.Sscanf(path, "/cards/import/%d", &id)
	s.must(err)
	s.must(cardfile.Runner{DB: s.db, Photos: s.cards}.Run(s.t.Context(), 2, id))
}

// upload sends a form with a table and perhaps an archive.
func upload(b *httptesting.Browser, group, name string, file []byte, archive ...[]byte) httptesting.Page {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("group", group) // a buffer takes everything
	part, _ := form.CreateFormFile("file", name)
	_, _ = part.Write(file)
	zipName := ""
	if len(archive) > 0 {
		zipName = "photos.zip"
	}
	part, _ = form.CreateFormFile("archive", zipName)
	for _, a := range archive {
		_, _ = part.Write(a)
	}
	_ = form.Close()
	return b.Send("/cards/import", form.FormDataContentType(), &body)
}

var tags = regexp.MustCompile(`<[^>]*>`)

// words are what a page says.
func words(p httptesting.Page) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(p.Body, " "))), " ")
}

// want holds a page to its status and words.
func want(t testing.TB, p httptesting.Page, status int, said ...string) httptesting.Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("status %d, want %d: %.300s", p.Status, status, words(p))
	}
	if strings.Contains(p.Header.Get("Content-Type"), "html") && strings.HasPrefix(p.Body, "<!") {
		uitest.Page(t, p.Body)
	}
	for _, w := range said {
		if !strings.Contains(words(p), w) {
			t.Errorf("the page does not say %q: %.2000s", w, words(p))
		}
	}
	return p
}

// gtin is the nth number.
func gtin(n int) string {
	body := fmt.Sprintf("4780101%05d", n)
	digit, err := gs1.CheckDigit(body)
	if err != nil {
		panic(err)
	}
	return "0" + body + string(digit)
}
