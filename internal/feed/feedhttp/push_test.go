package feedhttp_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
	"kabinet/internal/feed/feedhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
)

// The log of these tests is full of refusals that are meant.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

var chief = actor.Operator{StaffID: 4, Name: "Timur", Rights: perm.Rights([]string{"op_admin"}), SessionKey: "s"}

// door is the interface as programs find it.
type door struct {
	t     *testing.T
	db    *pgxpool.Pool
	feeds *feed.Service
	http  http.Handler
}

// things is a sink that keeps nothing but what it was given.
func things(ctx context.Context, tx pg.Tx, m feed.Message) error {
	if strings.Contains(string(m.Body), "poison") {
		return feed.Poison(errors.New("field x is missing"))
	}
	tag, err := tx.Exec(ctx, `insert into things values ($1, $2, $3) on conflict do nothing`, m.Feed, m.SourceID, m.Version)
	if err == nil && tag.RowsAffected() == 0 {
		return feed.ErrDuplicate
	}
	return err
}

func service(t *testing.T) (*pgxpool.Pool, *feed.Service) {
	t.Helper()
	db := pgtest.New(t)
	for _, sql := range []string{
		`insert into staff (id, name, pinfl_mac, roles, language) values (4, 'Timur', 's', '{op_admin}', 'en')`,
		`insert into sessions (token_hash, staff_id, data, expires_at, proved_at) values ('s', 4, '', now() + interval '1 hour', now())`,
		`create table things (feed text, source_id text, version bigint, primary key (feed, source_id, version))`,
	} {
		if _, err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return db, &feed.Service{DB: db, Sinks: map[string]feed.Sink{feed.Declaration: things, feed.Receipt: things}}
}

func open(t *testing.T) door {
	t.Helper()
	db, s := service(t)
	r := chi.NewRouter()
	r.Use(httpx.Number, middleware.ClientIPFromRemoteAddr, httpx.Headers(false), httpx.Language(false), middleware.GetHead,
		httpx.Bodies(feedhttp.Draw, httpx.Patience{}, feedhttp.PushPath), httpx.CleanBytes(feedhttp.Draw))
	feedhttp.Mount(r, s, "https://portal.example/")
	return door{t, db, s, r}
}

func (d door) token(code string) string {
	d.t.Helper()
	secret, err := d.feeds.NewToken(d.t.Context(), chief, code)
	if err != nil {
		d.t.Fatal(err)
	}
	return secret.Reveal()
}

type reply struct {
	status int
	header http.Header
	json   map[string]any
	body   string
}

func (d door) call(method, path, token, kind string, body io.Reader, header ...string) reply {
	d.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.RemoteAddr = "192.0.2.7:1024"
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "From" {
			r.RemoteAddr = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.http.ServeHTTP(w, r.WithContext(d.t.Context()))
	a := reply{status: w.Code, header: w.Header(), body: w.Body.String()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &a.json); err != nil {
			d.t.Fatalf("%v in %s", err, a.body)
		}
	}
	return a
}

const (
	ndjson  = "application/x-ndjson"
	customs = "/feeds/v1/customs/messages"
)

func (d door) push(token, body string, header ...string) reply {
	d.t.Helper()
	return d.call("POST", customs, token, ndjson, strings.NewReader(body), header...)
}

func msg(id string, body string) string {
	return fmt.Sprintf(`{"id":%q,"version":1,"occurred_at":"2026-11-20T10:00:00+05:00","tin":"301000001","body":{%s}}`, id, body)
}

// wantProblem holds every refusal to one shape.
func wantProblem(t *testing.T, a reply, status int, code, reason string) {
	t.Helper()
	if a.status != status || a.json["code"] != code || reason != "" && a.json["reason"] != reason {
		t.Errorf("got %d %s, want %d %s %s", a.status, a.body, status, code, reason)
		return
	}
	if a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("Cache-Control") != "no-store" || a.json["request"] == nil ||
		a.json["type"] != "/feeds/v1/docs#"+code || (status == 401) != (a.header.Get("WWW-Authenticate") != "") {
		t.Errorf("no whole problem: %v %s", a.header, a.body)
	}
}

func packed(t *testing.T, s string) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, s)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestPush(t *testing.T) {
	t.Parallel()
	d := open(t)
	token := d.token("customs")

	t.Run("answers for every message", func(t *testing.T) {
		a := d.push(token, msg("a", "")+"\n"+msg("b", `"poison":1`)+"\n{broken\n"+msg("a", "")+"\n", "Accept-Language", "ru")
		results, _ := a.json["results"].([]any)
		if a.status != 200 || a.json["stored"] != 4.0 || a.json["delivery"] == nil || len(results) != 4 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		var got []string
		for _, r := range results {
			one := r.(map[string]any)
			got = append(got, fmt.Sprintf("%v %v %v %v %v", one["message"], one["id"], one["outcome"], one["reason"], one["detail"]))
		}
		want := []string{"1 a taken <nil> <nil>", "2 b poison <nil> field x is missing", "3 <nil> poison json Это не один объект JSON", "4 a duplicate <nil> <nil>"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if a.header.Get("RateLimit-Limit") != "300" || a.header.Get("RateLimit-Remaining") == "" || a.header.Get("RateLimit-Reset") == "" || len(a.header.Values("Set-Cookie")) != 0 {
			t.Errorf("%v", a.header)
		}
	})

	t.Run("takes an array and gzip", func(t *testing.T) {
		if a := d.call("POST", customs, token, "application/json; charset=utf-8", strings.NewReader(`[`+msg("c", "")+`]`)); a.status != 200 || a.json["stored"] != 1.0 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := d.call("POST", customs, token, ndjson, packed(t, msg("d", "")), "Content-Encoding", "gzip"); a.status != 200 || !strings.Contains(a.body, `"id":"d","outcome":"taken"`) {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := d.call("POST", customs, token, ndjson, strings.NewReader(msg("d", "")), "Content-Encoding", "identity"); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := d.call("POST", customs, token, "application/json", strings.NewReader(`[]`)); a.status != 200 || a.json["stored"] != 0.0 {
			t.Errorf("%d %s", a.status, a.body)
		}
	})

	t.Run("stores nothing of what is refused", func(t *testing.T) {
		before := d.count(`select count(*) from feed_messages`)
		bomb := packed(t, strings.Repeat("\n", feed.MaxBody+2))
		broken := packed(t, msg("x", "")).Bytes()
		broken[len(broken)-6] ^= 1
		for name, tt := range map[string]struct {
			kind, encoding string
			body           io.Reader
			status         int
			code, reason   string
		}{
			"a bomb":                {ndjson, "gzip", bomb, 413, "too-large", "too-large"},
			"a bomb in an array":    {"application/json", "gzip", packed(t, "["+strings.Repeat(" ", feed.MaxBody+2)), 413, "too-large", "too-large"},
			"too much":              {ndjson, "", strings.NewReader(strings.Repeat("a\n", feed.MaxBody/2+2)), 413, "too-large", ""},
			"too much of one":       {ndjson, "", strings.NewReader(strings.Repeat("a", feed.MaxMessage+9)), 413, "too-large", "message-too-large"},
			"too many":              {ndjson, "", strings.NewReader(strings.Repeat("{}\n", 1001)), 413, "too-large", "too-many"},
			"no gzip":               {ndjson, "gzip", strings.NewReader("{}"), 400, "invalid-input-parameter", "cut-off"},
			"broken gzip":           {ndjson, "gzip", bytes.NewReader(broken), 400, "invalid-input-parameter", "gzip"},
			"gzip that breaks off":  {ndjson, "gzip", bytes.NewReader(broken[:20]), 400, "invalid-input-parameter", "cut-off"},
			"another compression":   {ndjson, "br", strings.NewReader("{}"), 415, "unsupported-media-type", "media-type"},
			"an array that is none": {"application/json", "", strings.NewReader(`{"a":1}`), 400, "invalid-input-parameter", "json"},
			"an array cut off":      {"application/json", "", strings.NewReader(`[{"a":1},`), 400, "invalid-input-parameter", "json"},
			"a form":                {"application/x-www-form-urlencoded", "", strings.NewReader("a=b"), 415, "unsupported-media-type", "media-type"},
			"no type":               {"", "", strings.NewReader("{}"), 415, "unsupported-media-type", "media-type"},
		} {
			t.Run(name, func(t *testing.T) {
				header := []string{}
				if tt.encoding != "" {
					header = []string{"Content-Encoding", tt.encoding}
				}
				wantProblem(t, d.call("POST", customs, token, tt.kind, tt.body, header...), tt.status, tt.code, tt.reason)
			})
		}
		if n := d.count(`select count(*) from feed_messages`); n != before {
			t.Errorf("%d messages were stored", n-before)
		}
	})

	t.Run("takes all of a thousand but the one that is broken", func(t *testing.T) {
		lines := make([]string, feed.MaxMessages)
		for n := range lines {
			lines[n] = msg(fmt.Sprint("line ", n), "")
		}
		lines[500] = lines[500][:20]
		a := d.push(token, strings.Join(lines, "\r\n"))
		results, _ := a.json["results"].([]any)
		if a.status != 200 || a.json["stored"] != 1000.0 || len(results) != 1000 || strings.Count(a.body, `"outcome":"taken"`) != 999 {
			t.Fatalf("%d, %d results", a.status, len(results))
		}
		if r, _ := results[500].(map[string]any); r["outcome"] != "poison" || r["message"] != 501.0 || r["reason"] != "json" {
			t.Errorf("%v", r)
		}
	})

	t.Run("keeps hostile bytes as poison", func(t *testing.T) {
		a := d.push(token, "\xff\xfe\n\x00\n<script>alert(1)</script>\n"+strings.Repeat("[", 5000)+"\n\u202e\n")
		if a.status != 200 || strings.Count(a.body, `"outcome":"poison"`) != 5 || strings.Contains(a.body, "script") {
			t.Errorf("%d %s", a.status, a.body)
		}
	})

	t.Run("is described", func(t *testing.T) {
		a := d.call("GET", "/feeds/v1/openapi.json", "", "", nil)
		text := fmt.Sprint(a.json["components"])
		for _, o := range feed.Outcomes() {
			if !strings.Contains(text, string(o)) {
				t.Errorf("the description lacks %s", o)
			}
		}
		for _, k := range feed.Kinds() {
			if !strings.Contains(text, k) {
				t.Errorf("the description lacks %s", k)
			}
		}
		if a.status != 200 || !strings.Contains(a.body, `"url": "https://portal.example"`) {
			t.Errorf("%d %.300s", a.status, a.body)
		}
		for lang, word := range map[string]string{"uz": "Qanday yuboriladi", "ru": "Как передавать данные", "en": "How to deliver"} {
			if a := d.call("GET", "/feeds/v1/docs", "", "", nil, "Accept-Language", lang); a.status != 200 || !strings.Contains(a.body, word) || strings.Contains(a.body, ">feed.") {
				t.Errorf("%s: %d", lang, a.status)
			}
		}
		wantProblem(t, d.call("GET", customs, "", "", nil), 405, "method-not-allowed", "")
		wantProblem(t, d.call("PUT", customs, "", "", nil), 405, "method-not-allowed", "")
		wantProblem(t, d.call("GET", "/feeds/v2/customs", "", "", nil), 404, "not-found", "")
	})
}

func (d door) count(sql string) (n int) {
	d.t.Helper()
	if err := d.db.QueryRow(d.t.Context(), sql).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func (d door) exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.db.Exec(d.t.Context(), sql, args...); err != nil {
		d.t.Fatal(err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	d := open(t)
	first := d.token("customs")

	t.Run("that open nothing", func(t *testing.T) {
		for name, header := range map[string]string{
			"none": "", "an empty one": "Bearer ", "another scheme": "Basic " + first, "the token alone": first, "unknown": "Bearer kbf_" + strings.Repeat("A", 52),
			"huge": "Bearer kbf_" + strings.Repeat("A", 70_000), "two": "Bearer " + first + "," + first, "an API key": "Bearer kbn_" + strings.Repeat("A", 42),
			"changed at the end": "Bearer " + first[:len(first)-1] + "!", "in small letters": "Bearer " + strings.ToLower(first),
		} {
			a := d.call("POST", customs, "", ndjson, strings.NewReader(msg("x", "")), "Authorization", header)
			reason := "unknown-token"
			if name == "none" {
				reason = "no-token"
			}
			wantProblem(t, a, 401, "access-denied", reason)
			if strings.Contains(a.body, first[10:]) {
				t.Errorf("%s: the answer repeats the token", name)
			}
		}
	})
	t.Run("open their own feed only", func(t *testing.T) {
		wantProblem(t, d.call("POST", "/feeds/v1/fiscal/messages", first, ndjson, strings.NewReader(msg("x", ""))), 403, "forbidden", "foreign-feed")
		wantProblem(t, d.call("POST", "/feeds/v1/nobody/messages", first, ndjson, strings.NewReader(msg("x", ""))), 403, "forbidden", "foreign-feed")
	})
	t.Run("are two while one takes the place of the other", func(t *testing.T) {
		second := d.token("customs")
		if _, err := d.feeds.NewToken(t.Context(), chief, "customs"); !errors.Is(err, feed.ErrTwoTokens) {
			t.Errorf("a third: %v", err)
		}
		for _, token := range []string{first, second} {
			if a := d.push(token, msg("t", "")); a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		all, err := d.feeds.Tokens(t.Context(), chief, feed.Source{ID: 1})
		if err != nil || len(all) != 2 || all[1].UsedIP != "192.0.2.7" || all[1].UsedAt.IsZero() || !strings.HasSuffix(first, all[1].Last4) {
			t.Fatalf("%+v, %v", all, err)
		}
		if err := d.feeds.Revoke(t.Context(), chief, "customs", all[1].ID); err != nil {
			t.Fatal(err)
		}
		wantProblem(t, d.push(first, msg("t", "")), 401, "access-denied", "unknown-token")
		if a := d.push(second, msg("t", "")); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if err := d.feeds.Revoke(t.Context(), chief, "customs", all[1].ID); !errors.Is(err, feed.ErrRevoked) {
			t.Errorf("revoked twice: %v", err)
		}
		if err := d.feeds.Revoke(t.Context(), chief, "fiscal", all[0].ID); !errors.Is(err, feed.ErrNotFound) {
			t.Errorf("revoked through another feed: %v", err)
		}
		first = second
	})
	t.Run("are kept as hashes", func(t *testing.T) {
		if n := d.count(`select count(*) from feed_tokens where encode(hash, 'escape') like '%kbf%' or length(hash) <> 32`); n != 0 {
			t.Error("a token lies in the database")
		}
	})
	t.Run("hold from the addresses of the feed, while it is on", func(t *testing.T) {
		d.exec(`update feeds set addresses = '{198.51.100.0/24,2001:db8::/32}' where code = 'customs'`)
		wantProblem(t, d.push(first, msg("t", "")), 403, "forbidden", "address")
		for _, from := range []string{"198.51.100.9:1", "[2001:db8::5]:1"} {
			if a := d.push(first, msg("t", ""), "From", from); a.status != 200 {
				t.Errorf("%s: %d %s", from, a.status, a.body)
			}
		}
		d.exec(`update feeds set addresses = '{}', active = false where code = 'customs'`)
		wantProblem(t, d.push(first, msg("t", "")), 403, "forbidden", "off")
		d.exec(`update feeds set active = true where code = 'customs'`)
	})
	t.Run("want a signature of the last minutes and the right", func(t *testing.T) {
		d.exec(`update sessions set proved_at = now() - interval '1 hour'`)
		if _, err := d.feeds.NewToken(t.Context(), chief, "fiscal"); err == nil {
			t.Error("a token without a signature")
		}
		watcher := actor.Operator{StaffID: 4, SessionKey: "s", Rights: perm.Rights([]string{"op_watcher"})}
		if _, err := d.feeds.NewToken(t.Context(), watcher, "fiscal"); !errors.Is(err, actor.ErrForbidden) {
			t.Error(err)
		}
	})
	t.Run("are asked for slowly by who guesses, and a good one is not held up by that", func(t *testing.T) {
		for range 60 {
			d.push("kbf_"+strings.Repeat("B", 52), "")
		}
		a := d.push("kbf_"+strings.Repeat("B", 52), "")
		wantProblem(t, a, 429, "too-many-requests", "too-many-calls")
		if a.header.Get("Retry-After") == "" {
			t.Error("no word on when")
		}
		if a := d.push(first, msg("t", "")); a.status != 200 {
			t.Errorf("the good one: %d %s", a.status, a.body)
		}
		d.exec(`update rate_limits set n = 300 where key = 'feed.call:customs'`)
		wantProblem(t, d.push(first, msg("t", "")), 429, "too-many-requests", "too-many-calls")
	})
}
