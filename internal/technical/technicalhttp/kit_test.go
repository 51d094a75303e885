package technicalhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/password"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/technical"
	"kabinet/internal/technical/technicalhttp"
)

const secret = "quiet river under stones"

// desk is the interface with one technical user behind it.
type desk struct {
	t       testing.TB
	db      *pgxpool.Pool
	service *technical.Service
	site    http.Handler
	login   string
}

const (
	orgID    = 1
	memberID = 21
)

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, db: pgtest.New(t)}
	d.service = &technical.Service{DB: d.db, Hasher: password.New()}
	r := chi.NewRouter()
	r.Use(httpx.Number, middleware.ClientIPFromRemoteAddr, httpx.Headers(false), httpx.Language(false), httpx.Recover(technicalhttp.Draw), httpx.CleanBytes(technicalhttp.Draw))
	technicalhttp.API{Technical: d.service, Now: clock.System}.Mount(r)
	d.site = r
	d.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, name_en, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (1, '302118447', 'mchj', '“Zarafshon Sut” MChJ', 'ООО «Зарафшон Сут»', '', '', '', '', '', '', 'SA', '', '', 'uz', 'active', '', '')`)
	d.login = d.user(memberID)
	return d
}

// user stores an active technical user with the password secret.
func (d *desk) user(id int64) (login string) {
	d.t.Helper()
	d.exec(`insert into members (org_id, id, kind, name, email, status) values (1, $1, 'technical', 'Line 1', 'it@zarafshonsut.example', 'active')`, id)
	d.exec(`insert into member_roles (org_id, member_id, role) values (1, $1, 'default'), (1, $1, 'code_issuer')`, id)
	hash, err := d.service.HashNew(d.t.Context(), "t-x", technical.NewPassword{First: secret, Again: secret})
	d.check(err)
	d.check(pg.InTx(d.t.Context(), d.db, func(tx pg.Tx) error {
		if login, err = d.service.LoginTx(d.t.Context(), tx, orgID, id, "302118447"); err != nil {
			return err
		}
		return d.service.SetPasswordTx(d.t.Context(), tx, orgID, id, hash)
	}))
	return login
}

func (d *desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.db.Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
}

func (d *desk) number(sql string, args ...any) (n int) {
	d.t.Helper()
	d.check(d.db.QueryRow(d.t.Context(), sql, args...).Scan(&n))
	return n
}

// answer is what a program got.
type answer struct {
	status int
	header http.Header
	body   string
	// of tokens
	AccessToken  string
	TokenType    string
	ExpiresIn    int64
	RefreshToken string
	// of problems
	Type, Title, Detail, Code, Reason, Request string
	Status                                     int
}

func (d *desk) call(r *http.Request) (a answer) {
	d.t.Helper()
	if r.RemoteAddr == "192.0.2.1:1234" { // httptest's own
		r.RemoteAddr = "198.51.100.7:1024"
	}
	w := httptest.NewRecorder()
	d.site.ServeHTTP(w, r.WithContext(context.WithoutCancel(d.t.Context())))
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		d.t.Errorf("no JSON: %d %s", w.Code, w.Body)
	}
	a.status, a.header, a.body = w.Code, w.Header(), w.Body.String()
	if len(w.Result().Cookies()) > 0 {
		d.t.Error("a cookie for a program")
	}
	return a
}

func (d *desk) post(path, body string) answer {
	d.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return d.call(r)
}

func (d *desk) signIn(login, word string) answer {
	d.t.Helper()
	body, _ := json.Marshal(map[string]string{"login": login, "password": word})
	return d.post("/api/users/authenticate", string(body))
}

func (d *desk) refresh(token string) answer {
	d.t.Helper()
	return d.post("/api/users/tokens/refresh", fmt.Sprintf(`{"refreshToken":%q}`, token))
}

func (d *desk) me(token string) answer {
	d.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/api/users/me", nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return d.call(r)
}

// refused fails unless the answer is a problem of this kind.
func (a answer) refused(t testing.TB, status int, reason string) {
	t.Helper()
	if a.status != status || a.Status != status || a.Reason != reason || a.header.Get("Content-Type") != "application/problem+json" ||
		a.Title == "" || a.Detail == "" || a.Request == "" || !strings.HasSuffix(a.Type, "#"+a.Code) || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s, want %d %s\n%v", a.status, a.body, status, reason, a.header)
	}
	if (status == 401) != (a.header.Get("WWW-Authenticate") != "") {
		t.Errorf("WWW-Authenticate: %q", a.header.Get("WWW-Authenticate"))
	}
}

// recorder writes down what the database is asked.
type recorder struct {
	mu  sync.Mutex
	all []string
}

// TraceQueryStart notes a statement.
func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, strings.Join(strings.Fields(q.SQL), " "))
	return ctx
}

// TraceQueryEnd does nothing.
func (*recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// take gives what was asked since.
func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	return all
}

var origin = actor.Origin{IP: "198.51.100.7", RequestID: "R"}
