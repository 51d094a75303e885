package publicapihttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/apikey"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/publicapi"
	"kabinet/internal/publicapi/publicapihttp"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

const rounds = 200

// Tax numbers: of the callers, of another registered organization, of one that
// is not registered yet, and of none.
const own, other, imported, none = "301000001", "301000002", "301000003", "301000009"

var aziz = actor.Actor{
	AccountID: 102, OrgID: 1, MemberID: 12, Name: "Aziz Karimov", SessionKey: "s",
	Rights: perm.Rights([]string{"default", "key_manager"}),
}

// gateway is the interface behind the chain of the portal.
type gateway struct {
	t     *testing.T
	db    *pgxpool.Pool
	keys  *apikey.Service
	cards *card.Service
	http  http.Handler
	now   *atomic.Pointer[time.Time]
}

func newGateway(t *testing.T) gateway {
	t.Helper()
	db := pgtest.New(t)
	g := gateway{t: t, db: db, keys: &apikey.Service{DB: db, Box: httptesting.Box(t)}, cards: &card.Service{DB: db}, now: &atomic.Pointer[time.Time]{}}
	g.clock(time.Now().Truncate(time.Minute))
	r := chi.NewRouter()
	r.Use(httpx.Number, middleware.ClientIPFromRemoteAddr, httpx.Log(func(*http.Request, string, int, time.Duration) {}), httpx.Headers(false),
		httpx.Language(false), middleware.GetHead, httpx.Bodies(publicapihttp.Draw, httpx.Patience{}), httpx.CleanBytes(publicapihttp.Draw))
	publicapihttp.Mount(r, publicapi.New(db, g.keys, func() time.Time { return *g.now.Load() }), g.cards, "https://kabinet.example", "test")
	g.http = r
	for id, o := range map[int][2]string{1: {own, "active"}, 2: {other, "active"}, 3: {imported, "imported"}} {
		g.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
			email, phone, region, district, street, language, status, search, source_hash)
			values ($1, $2, 'mchj', 'Zarafshon Sut', 'Зарафшан Сут', 'Director', '', '', 'org@company.example', '', 'TK', '', '', 'uz', $3, '', '')`, id, o[0], o[1])
		g.exec(`insert into tin_registry (tin, org_id) values ($1, $2)`, o[0], id)
		g.exec(`insert into org_product_groups (org_id, group_id, issuer, status)
			select $1, id, true, case when id = 7 then 'pending' else 'active' end from product_groups order by id limit 2`, id)
	}
	g.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (102, 'Aziz Karimov', 'a', 'a', 'ru')`)
	g.exec(`insert into members (org_id, id, account_id, kind, name, email, status) values (1, 12, 102, 'business', 'Aziz Karimov', '', 'active')`)
	g.exec(`insert into member_roles (org_id, member_id, role) values (1, 12, 'default'), (1, 12, 'key_manager')`)
	g.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at) values ('s', 102, 1, 12, '', now() + interval '1 hour')`)
	return g
}

func (g gateway) clock(t time.Time) { g.now.Store(&t) }

func (g gateway) exec(sql string, args ...any) {
	g.t.Helper()
	if _, err := g.db.Exec(context.WithoutCancel(g.t.Context()), sql, args...); err != nil {
		g.t.Fatalf("%s: %v", sql, err)
	}
}

// key makes Aziz a key, in the place of the one he has.
func (g gateway) key() string {
	g.t.Helper()
	g.exec(`update api_keys set ended_at = now(), ending = 'replaced' where ended_at is null`)
	_, v, err := g.keys.Create(g.t.Context(), aziz, apikey.Draft{Name: "1C", Days: 30})
	if err != nil {
		g.t.Fatal(err)
	}
	return v.Reveal()
}

type answer struct {
	Status int
	Header http.Header
	Body   string
	JSON   map[string]any
}

// call sends a request; header are name, value pairs.
func (g gateway) call(method, path, key, body string, header ...string) answer {
	g.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body == "" {
		r = httptest.NewRequest(method, path, nil)
	}
	r.RemoteAddr = "192.0.2.7:1024"
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "From" {
			r.RemoteAddr = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	g.http.ServeHTTP(w, r.WithContext(g.t.Context()))
	a := answer{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &a.JSON); err != nil {
			g.t.Fatalf("%s %s: %v in %s", method, path, err, a.Body)
		}
	}
	return a
}

const parties = "/public/api/v1/party/parties/"

func statusOf(tin string) string { return parties + tin + "/status" }

func checkOf(tin string) string { return parties + tin + "/api-keys/check" }

func refreshOf(tin string) string { return parties + tin + "/api-keys/refresh" }

// wantProblem compares status, code and reason, and holds every problem to its
// one shape.
func wantProblem(t *testing.T, a answer, status int, code, reason string) {
	t.Helper()
	if a.Status != status || a.JSON["code"] != code || fmt.Sprint(a.JSON["reason"]) != reason && (reason != "" || a.JSON["reason"] != nil) {
		t.Errorf("got %d %s, want %d %s %s", a.Status, a.Body, status, code, reason)
		return
	}
	for _, field := range []string{"type", "title", "detail"} {
		if s, _ := a.JSON[field].(string); s == "" || strings.HasPrefix(s, "publicapi.") {
			t.Errorf("%s is %q in %s", field, s, a.Body)
		}
	}
	switch {
	case a.Header.Get("Content-Type") != "application/problem+json", a.JSON["status"] != float64(status), a.JSON["request"] == nil:
		t.Errorf("no whole problem: %v %s", a.Header, a.Body)
	case a.Header.Get("Cache-Control") != "no-store":
		t.Errorf("a refusal may be kept: %v", a.Header)
	case (status == 401) != (a.Header.Get("WWW-Authenticate") != ""):
		t.Errorf("status %d with WWW-Authenticate %q", status, a.Header.Get("WWW-Authenticate"))
	case len(a.Header.Values("Set-Cookie")) != 0:
		t.Error("a cookie")
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	key := g.key()

	t.Run("of the own organization has everything", func(t *testing.T) {
		a := g.call("GET", statusOf(own), key, "")
		groups, _ := a.JSON["productGroups"].([]any)
		if a.Status != 200 || a.JSON["tin"] != own || a.JSON["name"].(map[string]any)["ru"] != "Зарафшан Сут" ||
			a.JSON["fullName"].(map[string]any)["ru"] != "общество с ограниченной ответственностью Зарафшан Сут" || len(groups) != 2 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if first := groups[0].(map[string]any); first["issuer"] != true || first["status"] == nil || first["code"] == "" {
			t.Errorf("%v", first)
		}
		if a.JSON["$schema"] != nil || a.Header.Get("Link") != "" || a.Header.Get("Content-Type") != "application/json" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v %s", a.Header, a.Body)
		}
	})
	t.Run("of another one is shrunk", func(t *testing.T) {
		a := g.call("GET", statusOf(other), key, "")
		groups, _ := a.JSON["productGroups"].([]any)
		if a.Status != 200 || a.JSON["fullName"] != nil || len(groups) != 1 || strings.Contains(a.Body, "issuer") || strings.Contains(a.Body, "Director") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	})
	t.Run("does not tell who is not registered from who does not exist", func(t *testing.T) {
		a, b := g.call("GET", statusOf(imported), key, ""), g.call("GET", statusOf(none), key, "")
		wantProblem(t, a, 404, "not-found", "no-party")
		delete(a.JSON, "request")
		delete(b.JSON, "request")
		if fmt.Sprint(a.JSON) != fmt.Sprint(b.JSON) {
			t.Errorf("%s differs from %s", a.Body, b.Body)
		}
	})
	t.Run("wants a tax number", func(t *testing.T) {
		for _, tin := range []string{"x", "30100000", "3010000010", "101000001", "301 000001", "301%20000001", "%27%20or%201=1", "301000001%2F..", "٣٠١٠٠٠٠٠١"} {
			a := g.call("GET", statusOf(strings.ReplaceAll(tin, " ", "%20")), key, "")
			if a.Status != 404 || a.JSON["reason"] != nil { // a slash makes another address
				wantProblem(t, a, 400, "invalid-input-parameter", "tin")
			}
		}
		for _, tin := range []string{"%00", "%ff"} {
			wantProblem(t, g.call("GET", statusOf(tin), key, ""), 400, "invalid-input-parameter", "")
		}
	})
	t.Run("is given with a HEAD too", func(t *testing.T) {
		if a := g.call("HEAD", statusOf(own), key, ""); a.Status != 200 {
			t.Errorf("status %d", a.Status)
		}
	})
}

func TestKeysThatOpenNothing(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	good := g.key()
	flipped := good[:20] + string('A'+(good[20]+1)%26) + good[21:]
	for name, tt := range map[string]struct{ header, reason string }{
		"none":           {"", "no-key"},
		"an empty one":   {"Bearer ", "no-key"},
		"another scheme": {"Basic " + good, "no-key"},
		"the key alone":  {good, "no-key"},
		"a typing error": {"Bearer " + flipped, "malformed-key"},
		"cut":            {"Bearer " + good[:40], "malformed-key"},
		"a huge one":     {"Bearer " + strings.Repeat("k", 1<<16), "malformed-key"},
		"two":            {"Bearer " + good + " " + good, "malformed-key"},
		"broken letters": {"Bearer kbn_\xff\xfe" + good[6:], "malformed-key"},
		"a line break":   {"Bearer " + good + "\r\nX: y", "malformed-key"},
		"unknown":        {"Bearer " + unknown(t), "unknown-key"},
	} {
		a := g.call("GET", statusOf(own), "", "", "Authorization", tt.header)
		wantProblem(t, a, 401, "access-denied", tt.reason)
		if name != "none" && strings.Contains(a.Body, good[8:40]) {
			t.Errorf("%s: the answer repeats the key", name)
		}
	}

	t.Run("because of what happened since", func(t *testing.T) {
		for _, tt := range []struct{ name, change, back, reason string }{
			{"expired", `update api_keys set created_at = now() - interval '30 days', expires_at = now() where ended_at is null`, "", "expired-key"},
			{"closed", `update api_keys set ended_at = now(), ending = 'expired' where ended_at is null`, "", "expired-key"},
			{"revoked", `update api_keys set ended_at = now(), ending = 'revoked' where ended_at is null`, "", "revoked-key"},
			{"replaced", `update api_keys set ended_at = now(), ending = 'replaced' where ended_at is null`, "", "revoked-key"},
			{"its owner blocked", `update api_keys set ended_at = now(), ending = 'blocked' where ended_at is null`, "", "blocked-user"},
			{"its owner not active", `update members set status = 'not_activated' where id = 12`, `update members set status = 'active'`, "blocked-user"},
			{"the organization blocked", `update organizations set status = 'blocked' where org_id = 1`, `update organizations set status = 'active' where org_id = 1`, "blocked-organization"},
		} {
			key := g.key()
			if a := g.call("GET", statusOf(own), key, ""); a.Status != 200 {
				t.Fatalf("before: %d %s", a.Status, a.Body)
			}
			g.exec(tt.change)
			wantProblem(t, g.call("GET", statusOf(own), key, ""), 401, "access-denied", tt.reason)
			if tt.back != "" {
				g.exec(tt.back)
			}
		}
	})

	t.Run("and 403 is something else: the owner lacks the right", func(t *testing.T) {
		key := g.key()
		g.exec(`delete from member_roles where role = 'key_manager'`)
		defer g.exec(`insert into member_roles (org_id, member_id, role) values (1, 12, 'key_manager')`)
		wantProblem(t, g.call("POST", refreshOf(own), key, `{"tin":"`+own+`"}`), 403, "forbidden", "no-permission")
		if a := g.call("GET", statusOf(own), key, ""); a.Status != 200 {
			t.Errorf("the key itself: %d", a.Status)
		}
		g.exec(`delete from member_roles where role = 'default'`)
		wantProblem(t, g.call("GET", statusOf(own), key, ""), 403, "forbidden", "no-permission")
		g.exec(`insert into member_roles (org_id, member_id, role) values (1, 12, 'default')`)
	})

	t.Run("said in the language that is asked for", func(t *testing.T) {
		for lang, word := range map[string]string{"": "key", "ru-RU,ru;q=0.9": "ключ", "uz": "kalit"} {
			a := g.call("GET", statusOf(own), "", "", "Accept-Language", lang, "Authorization", "Bearer x")
			if detail, _ := a.JSON["detail"].(string); !strings.Contains(detail, word) {
				t.Errorf("%q: %s", lang, a.Body)
			}
		}
	})
}

// unknown is a key in good shape that nobody has.
func unknown(t *testing.T) string {
	t.Helper()
	return newGateway(t).key()
}

func TestCheck(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	key := g.key()
	a := g.call("GET", checkOf(own), key, "")
	if a.Status != 200 || a.JSON["name"] != "1C" || a.JSON["owner"] != "Aziz Karimov" || a.JSON["daysLeft"] != float64(30) || a.JSON["lastUsedAt"] != nil {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if strings.Contains(a.Body, key[8:40]) {
		t.Error("the answer holds the key")
	}
	if a := g.call("GET", checkOf(own), key, ""); a.JSON["lastUsedAt"] == nil {
		t.Errorf("the use was not noted: %s", a.Body)
	}
	for _, tin := range []string{other, imported, none} {
		wantProblem(t, g.call("GET", checkOf(tin), key, ""), 404, "not-found", "foreign-key")
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	old := g.key()
	g.exec(`update api_keys set created_at = created_at - interval '9 days', expires_at = expires_at - interval '9 days'`)
	body := `{"tin":"` + own + `"}`

	t.Run("wants the tax number once more", func(t *testing.T) {
		for body, status := range map[string]int{
			`{"tin":"` + other + `"}`: 400, `{"tin":"x"}`: 422, `{}`: 422, `{"tin":5}`: 422, `{"tin":"` + own + `","x":1}`: 422,
			`{`: 400, `[]`: 422, `null`: 422, strings.Repeat("[", 10_000): 400, `{"tin":"` + strings.Repeat("9", 70_000) + `"}`: 413,
			"{\"tin\":\"\xff\"}": 422,
		} {
			a := g.call("POST", refreshOf(own), old, body)
			if a.Status != status || a.Header.Get("Content-Type") != "application/problem+json" || a.JSON["code"] == nil {
				t.Errorf("%.40q: %d %.300s, want %d", body, a.Status, a.Body, status)
			}
		}
		wantProblem(t, g.call("POST", refreshOf(own), old, ""), 400, "invalid-input-parameter", "")
		wantProblem(t, g.call("POST", refreshOf(own), old, "tin=1", "Content-Type", "text/plain"), 415, "unsupported-media-type", "")
		wantProblem(t, g.call("POST", refreshOf(other), old, `{"tin":"`+other+`"}`), 404, "not-found", "foreign-key")
	})
	a := g.call("POST", refreshOf(own), old, body)
	fresh, _ := a.JSON["apiKey"].(string)
	if _, err := apikey.ParseValue(fresh); a.Status != 200 || err != nil || a.JSON["daysLeft"] != float64(21) || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	wantProblem(t, g.call("GET", statusOf(own), old, ""), 401, "access-denied", "revoked-key")
	if a := g.call("GET", checkOf(own), fresh, ""); a.Status != 200 || a.JSON["name"] != "1C" {
		t.Errorf("the new key: %d %s", a.Status, a.Body)
	}
	var lines int
	if err := g.db.QueryRow(t.Context(), `select count(*) from audit_log where action = 'apikey.rotate' and actor_id = '12' and ip = '192.0.2.7'`).Scan(&lines); err != nil || lines != 1 {
		t.Errorf("%d lines, %v", lines, err)
	}
}

func TestOneRefreshWins(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	for round := range rounds {
		g.clock(time.Now().Add(time.Duration(round) * time.Minute)) // a new window each time
		key := g.key()
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				switch a := g.call("POST", refreshOf(own), key, `{"tin":"`+own+`"}`); a.Status {
				case 200:
					won.Add(1)
				case 401:
				default:
					t.Errorf("%d %s", a.Status, a.Body)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d new keys", round, won.Load())
		}
	}
}

// Whoever begins a call after the revocation was over is refused.
func TestNoCallAfterTheRevocation(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	revoke := map[bool]func() error{
		false: func() error {
			mine, err := g.keys.Mine(t.Context(), aziz)
			if err != nil {
				return err
			}
			return g.keys.Revoke(t.Context(), aziz, mine[0].ID)
		},
		true: func() error {
			return pg.InTx(t.Context(), g.db, func(tx pg.Tx) error {
				if _, err := tx.Exec(t.Context(), `update members set status = 'blocked' where id = 12`); err != nil {
					return err
				}
				return g.keys.RevokeAllTx(t.Context(), tx, 1, 12, "")
			})
		},
	}
	for round := range rounds {
		g.clock(time.Now().Add(time.Duration(round) * time.Minute))
		g.exec(`update members set status = 'active' where id = 12`)
		key := g.key()
		var over atomic.Bool
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for range 10 {
					late := over.Load()
					a := g.call("GET", statusOf(own), key, "")
					if late && a.Status != 401 || a.Status != 200 && a.Status != 401 {
						t.Errorf("round %d: %d, late %t: %s", round, a.Status, late, a.Body)
					}
					if a.Status == 401 {
						return
					}
				}
			})
		}
		if err := revoke[round%2 == 0](); err != nil {
			t.Error(err)
		}
		over.Store(true)
		wg.Wait()
		wantProblem(t, g.call("GET", statusOf(own), key, ""), 401, "access-denied", map[bool]string{true: "blocked-user", false: "revoked-key"}[round%2 == 0])
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	start := *g.now.Load()
	g.clock(start.Add(20 * time.Second))
	key := g.key()

	t.Run("of a key are told and held", func(t *testing.T) {
		for n := 1; n <= publicapi.CallsPerMinute; n++ {
			a := g.call("GET", statusOf(own), key, "")
			if a.Status != 200 || a.Header.Get("RateLimit-Remaining") != fmt.Sprint(publicapi.CallsPerMinute-n) || a.Header.Get("RateLimit-Limit") != "100" ||
				a.Header.Get("RateLimit-Reset") != "40" {
				t.Fatalf("call %d: %d %v", n, a.Status, a.Header)
			}
		}
		a := g.call("GET", statusOf(own), key, "")
		wantProblem(t, a, 429, "too-many-requests", "too-many")
		if a.Header.Get("Retry-After") != "40" || a.Header.Get("RateLimit-Remaining") != "0" {
			t.Errorf("%v", a.Header)
		}
		g.clock(start.Add(time.Minute))
		if a := g.call("GET", statusOf(own), key, ""); a.Status != 200 {
			t.Errorf("in the next minute: %d", a.Status)
		}
	})

	t.Run("of an address count failures, and spare keys that are good", func(t *testing.T) {
		g.clock(start.Add(2 * time.Minute))
		if a := g.call("GET", statusOf(own), key, ""); a.Status != 200 {
			t.Fatal(a.Status)
		}
		for range 60 {
			wantProblem(t, g.call("GET", statusOf(own), "kbn_wrong", ""), 401, "access-denied", "malformed-key")
		}
		wantProblem(t, g.call("GET", statusOf(own), "kbn_wrong", ""), 429, "too-many-requests", "too-many")
		if a := g.call("GET", statusOf(own), key, ""); a.Status != 200 {
			t.Errorf("a good key of the same address: %d", a.Status)
		}
		next := g.key()
		wantProblem(t, g.call("GET", statusOf(own), next, ""), 429, "too-many-requests", "too-many")
		if a := g.call("GET", statusOf(own), next, "", "From", "198.51.100.1:9"); a.Status != 200 {
			t.Errorf("another address: %d", a.Status)
		}
		for i := range 60 {
			g.call("GET", statusOf(own), "kbn_wrong", "", "From", fmt.Sprintf("[2001:db8:1:2::%x]:9", i))
		}
		wantProblem(t, g.call("GET", statusOf(own), "kbn_wrong", "", "From", "[2001:db8:1:2:3::1]:9"), 429, "too-many-requests", "too-many")
	})
}

func TestWhatIsNoCall(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	key := g.key()
	for path, verb := range map[string]string{statusOf(own): "POST", checkOf(own): "DELETE", refreshOf(own): "GET", "/public/api/docs": "PUT"} {
		a := g.call(verb, path, key, "")
		wantProblem(t, a, 405, "method-not-allowed", "")
		if allow := a.Header.Get("Allow"); allow == "" || strings.Contains(allow, verb) {
			t.Errorf("%s %s allows %q", verb, path, allow)
		}
	}
	for _, path := range []string{"/public/api/", "/public/api/v1", "/public/api/v2/party", statusOf(own) + "/", "/public/api/docs/x", "/public/api/schemas/Party"} {
		wantProblem(t, g.call("GET", path, key, ""), 404, "not-found", "")
	}
	for accept, status := range map[string]int{
		"": 200, "*/*": 200, "application/json": 200, "application/*": 200, "text/html, application/json;q=0.1": 200, "application/problem+json": 200,
		"text/html": 406, "application/xml": 406, "application/json;q=0": 406, "x": 406, ";;;": 406, "application/zip": 406,
	} {
		a := g.call("GET", statusOf(own), key, "", "Accept", accept)
		if a.Status != status {
			t.Errorf("Accept %q: %d, want %d", accept, a.Status, status)
		}
		if status == 406 {
			wantProblem(t, a, 406, "not-acceptable", "")
		}
	}
	t.Run("cookies and proxies' headers mean nothing", func(t *testing.T) {
		wantProblem(t, g.call("GET", statusOf(own), "", "", "Cookie", "kabinet=s", "X-Api-Key", key, "X-Forwarded-For", "127.0.0.1"), 401, "access-denied", "no-key")
		wantProblem(t, g.call("GET", statusOf(own)+"?key="+key, "", ""), 401, "access-denied", "no-key")
	})
	t.Run("a database that is away is 503", func(t *testing.T) {
		g := newGateway(t)
		key := g.key()
		g.db.Close()
		if a := g.call("GET", statusOf(own), key, ""); a.Status < 500 || a.JSON["code"] == nil || strings.Contains(a.Body, "pool") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	})
}

func TestTheDocument(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	a := g.call("GET", "/public/api/openapi.json", "", "")
	paths, _ := a.JSON["paths"].(map[string]any)
	if a.Status != 200 || a.JSON["openapi"] != "3.1.0" || len(paths) != 15 || !strings.Contains(a.Body, `"application/problem+json"`) || strings.Contains(a.Body, "$schema") {
		t.Errorf("%d %.2000s", a.Status, a.Body)
	}
	seen := map[string]string{}
	for path := range paths {
		shape := regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "{}")
		if other := seen[shape]; other != "" {
			t.Errorf("%s and %s are one path to generators of clients", path, other)
		}
		seen[shape] = path
	}
	if a := g.call("GET", "/public/api/openapi.yaml", "", ""); a.Status != 200 || !strings.HasPrefix(a.Body, "components:") {
		t.Errorf("%d %.80s", a.Status, a.Body)
	}
	for lang, title := range map[string]string{"en": "First call", "ru": "Первый вызов", "uz": "Birinchi soʻrov"} {
		a := g.call("GET", "/public/api/docs", "", "", "Accept-Language", lang, "Accept", "text/html")
		if a.Status != 200 || !strings.Contains(a.Body, title) || !strings.Contains(a.Body, "parties/{tin}/api-keys/refresh") || strings.Contains(a.Body, "publicapi.") {
			t.Errorf("%s: %d %.3000s", lang, a.Status, a.Body)
		}
	}
}

// counter counts statements.
type counter struct{ n atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (*counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func TestACallAsksTheDatabaseOnce(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	key := g.key()
	g.call("GET", statusOf(own), key, "") // notes the use, for a minute
	c := &counter{}
	conf := g.db.Config()
	conf.ConnConfig.Tracer = c
	db, err := pgxpool.NewWithConfig(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	publicapihttp.Mount(r, publicapi.New(db, g.keys, time.Now), g.cards, "", "")
	g.http = r
	c.n.Store(0)
	for n, path := range []string{statusOf(own), statusOf(other), statusOf(none), checkOf(own)} {
		g.call("GET", path, key, "")
		if got := c.n.Load(); got != int64(n+1) {
			t.Errorf("%s: %d statements so far, want %d", path, got, n+1)
		}
	}
	g.call("GET", statusOf(own), "kbn_nonsense", "")
	if got := c.n.Load(); got != 4 {
		t.Errorf("a malformed key asked the database")
	}
}
