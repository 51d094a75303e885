package feedhttp_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/feed"
	"kabinet/internal/feed/feedhttp"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/session"
	"kabinet/web/layout"
	"kabinet/web/ui/uitest"
)

// desk is the operator's area with a browser in which somebody is signed in.
type desk struct {
	door
	url    string
	client *http.Client
}

func newDesk(t *testing.T) desk {
	t.Helper()
	db, s := service(t)
	sessions := session.New(db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	server := httptest.NewServer(httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		r.Get("/test/sign-in", wrap(func(_ http.ResponseWriter, r *http.Request) error {
			return sessions.SignIn(r.Context(), session.Who{StaffID: 4})
		}))
		r.Group(func(r chi.Router) {
			r.Use(httpx.RequireStaff(httptesting.Draw), viewer)
			feedhttp.Handlers{Feeds: s, Sessions: sessions, BaseURL: "https://portal.example"}.Staff(r, wrap)
		})
	}))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := desk{door{t, db, s, nil}, server.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	d.get("/test/sign-in")
	d.exec(`update sessions set proved_at = now()`)
	return d
}

// viewer tells pages who reads them, as the program does.
func viewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := httpx.Identity(r)
		v := layout.Viewer{Path: r.URL.RequestURI(), Name: i.Name, Staff: i.Staff(), Rights: i.Rights}
		next.ServeHTTP(w, r.WithContext(layout.WithViewer(r.Context(), v)))
	})
}

type page struct {
	status   int
	location string
	body     string
}

func (d desk) do(r *http.Request, err error) page {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	res, err := d.client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if strings.HasPrefix(string(body), "<!doctype") {
		uitest.Page(d.t, string(body))
	}
	return page{res.StatusCode, res.Header.Get("Location"), string(body)}
}

func (d desk) get(path string) page {
	d.t.Helper()
	return d.do(http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url+path, nil))
}

func (d desk) post(path string, fields ...string) page {
	d.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.do(r, err)
}

func (d desk) file(path, name, content string) page {
	d.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	w, err := form.CreateFormFile("file", name)
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = io.WriteString(w, content)
	_ = form.Close()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url+path, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return d.do(r, err)
}

// main is the part of a page that tests are about.
func main(body string) string {
	_, inner, _ := strings.Cut(body, "<main")
	return inner
}

func wantIn(t *testing.T, p page, status int, parts ...string) {
	t.Helper()
	for _, s := range parts {
		if !strings.Contains(p.body, s) {
			t.Errorf("%q is missing", s)
		}
	}
	if p.status != status || strings.Contains(p.body, ">feed.") || t.Failed() {
		t.Fatalf("status %d, want %d, %s\n%.300s", p.status, status, p.location, main(p.body))
	}
}

func wantSee(t *testing.T, p page, location string) {
	t.Helper()
	if p.status != http.StatusSeeOther || p.location != location {
		t.Fatalf("%d to %q, want %q\n%.300s", p.status, p.location, location, main(p.body))
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	push := func(raws ...string) {
		t.Helper()
		d.exec(`update feed_tokens set revoked_at = now()`)
		secret, err := d.feeds.NewToken(t.Context(), chief, "customs")
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := d.feeds.Enter(t.Context(), feed.Knock{Authorization: "Bearer " + secret.Reveal(), Code: "customs", IP: "192.0.2.7"})
		if err != nil {
			t.Fatal(err)
		}
		all := make([][]byte, len(raws))
		for i, r := range raws {
			all[i] = []byte(r)
		}
		if _, _, err := d.feeds.Take(t.Context(), c, all); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("of a feed that nobody heard", func(t *testing.T) {
		wantIn(t, d.get("/op/feeds"), 200, "Customs: declarations", "Never heard", "/op/feeds/fiscal")
		wantIn(t, d.get("/op/feeds/customs"), 200, "The source has no token yet", "Nothing was delivered yet")
		wantIn(t, d.get("/op/feeds/customs/messages"), 200, "Nothing is set aside")
		wantIn(t, d.get("/op/feeds/nobody"), 404)
	})

	t.Run("make and change feeds", func(t *testing.T) {
		wantIn(t, d.get("/op/feeds/new"), 200, `name="code"`)
		wantIn(t, d.post("/op/feeds", "code", "A B", "expected", "x", "addresses", "nowhere", "uz", "N", "ru", "П", "en", "\u202e"), 422,
			"small Latin letters", "whole minutes", "networks", "Choose what")
		wantIn(t, d.post("/op/feeds", "code", "customs", "kind", "invoice", "expected", "5", "uz", "N", "ru", "П", "en", "E"), 422, "exists")
		fields := []string{"code", "edo-one", "kind", "invoice", "expected", "15", "uz", "Operator", "ru", "Оператор", "en", "Operator one", "addresses", "192.0.2.7\n2001:db8::/32"}
		wantSee(t, d.post("/op/feeds", fields...), "/op/feeds/edo-one")
		wantIn(t, d.get("/op/feeds/edo-one"), 200, "192.0.2.7/32, 2001:db8::/32", "15 minutes", "is not built yet")
		wantIn(t, d.get("/op/feeds/edo-one/edit"), 200, `value="Operator one"`)
		change := append(fields[4:], "active", "")
		wantSee(t, d.post("/op/feeds/edo-one/edit", append(change, "version", "1")...), "/op/feeds/edo-one")
		wantIn(t, d.get("/op/feeds/edo-one"), 200, "Switched off")
		wantIn(t, d.post("/op/feeds/edo-one/edit", append(change, "version", "1")...), 409, "Somebody else changed")
		if n := d.count(`select count(*) from audit_log where action = 'feed.change' and details->'active'->>'after' = 'false'`); n != 1 {
			t.Error("no line in the log")
		}
	})

	t.Run("show a new token once", func(t *testing.T) {
		wantIn(t, d.post("/op/feeds/fiscal/tokens"), 200, "kbf_", "shown only now", "https://portal.example/feeds/v1/fiscal/messages")
		wantIn(t, d.post("/op/feeds/fiscal/tokens"), 200)
		wantIn(t, d.post("/op/feeds/fiscal/tokens"), 409, "Two tokens are valid already")
		id := fmt.Sprint(d.count(`select max(id) from feed_tokens`))
		wantIn(t, d.get("/op/feeds/fiscal/tokens/"+id+"/revoke"), 200, "Revoke the token")
		wantSee(t, d.post("/op/feeds/fiscal/tokens/"+id+"/revoke"), "/op/feeds/fiscal")
		wantIn(t, d.get("/op/feeds/fiscal/tokens/"+id+"/revoke"), 409)
		wantIn(t, d.get("/op/feeds/fiscal/tokens/999/revoke"), 404)
		d.exec(`update sessions set proved_at = now() - interval '1 hour', created_at = now() - interval '1 hour'`)
		if p := d.post("/op/feeds/customs/tokens"); p.status != 403 {
			t.Errorf("without a signature: %d", p.status)
		}
		d.exec(`update sessions set proved_at = now()`)
	})

	t.Run("show what was set aside, and decide about it", func(t *testing.T) {
		push(msg("good", ""), msg("bad", `"poison":1,"pinfl":"31503850000014"`), `{"x":1}`, "<script>\x00")
		wantIn(t, d.get("/op/feeds"), 200, "On time", `/op/feeds/customs/messages`)
		wantIn(t, d.get("/op/feeds/customs"), 200, "3 messages wait for a decision", "at most", "Call ")
		list := d.get("/op/feeds/customs/messages?outcome=poison&per=25")
		wantIn(t, list, 200, "field x is missing", "There is no field x", "Unreadable", "Process all again")
		one := "/op/feeds/customs/messages/" + fmt.Sprint(d.count(`select id from feed_messages where source_id = 'bad'`))
		wantIn(t, d.get(one), 200, "field x is missing", "3150…0014", "&#34;poison&#34;: 1")
		wantIn(t, d.get(strings.Replace(one, "customs", "fiscal", 1)), 404)
		wantIn(t, d.get("/op/feeds/customs/messages/x"), 404)
		wantSee(t, d.post(one+"/replay"), one)
		wantIn(t, d.get(one+"/discard"), 200, "Discard the message")
		wantIn(t, d.post(one+"/discard", "reason", " "), 422, "Enter the reason")
		wantSee(t, d.post(one+"/discard", "reason", "sent by mistake"), "/op/feeds/customs/messages")
		wantIn(t, d.get(one), 200, "Timur: sent by mistake")
		if p := d.post(one + "/replay"); p.status != 409 {
			t.Errorf("a discarded one again: %d", p.status)
		}
		wantIn(t, d.get("/op/feeds/customs/discard?outcome=poison"), 200, "Discard 2 messages?")
		wantIn(t, d.post("/op/feeds/customs/discard", "outcome", "poison"), 422, "Enter the reason")
		wantSee(t, d.post("/op/feeds/customs/discard", "outcome", "poison", "reason", "x"), "/op/feeds/customs/messages")
		wantIn(t, d.get("/op/feeds/customs/discard?outcome=poison"), 409)
		wantIn(t, d.get("/op/feeds/customs/discard"), 409)
	})

	t.Run("hand over again what was set aside or came in a time", func(t *testing.T) {
		push(msg("later", `"poison":1`))
		wantIn(t, d.get("/op/feeds/customs/replay"), 200, "Everything of these days")
		wantIn(t, d.get("/op/feeds/customs/replay?outcome=&from=&until=x"), 422, "Enter the first day", "such as")
		wantIn(t, d.get("/op/feeds/customs/replay?outcome=taken"), 422)
		wantIn(t, d.get("/op/feeds/customs/replay?outcome=conflict"), 200, "0 messages", "No message fits")
		wantIn(t, d.get("/op/feeds/customs/replay?outcome=poison"), 200, "1 message")
		wantIn(t, d.get("/op/feeds/customs/replay?from=01.01.2026"), 200, "2 messages")
		wantIn(t, d.post("/op/feeds/customs/replay", "outcome", "conflict"), 409, "No message fits")
		p := d.post("/op/feeds/customs/replay", "outcome", "", "from", "2026-01-01", "until", "2099-12-31")
		id := d.count(`select max(id) from feed_replays`)
		wantSee(t, p, "/op/feeds/customs/replays/"+fmt.Sprint(id))
		wantIn(t, d.get(p.location), 200, "0 of 2", "http-equiv=\"refresh\"")
		wantIn(t, d.get("/op/feeds/customs/replays/77"), 404)
		if n := d.count(`select count(*) from river_job where kind = 'feed.replay'`); n != 1 {
			t.Errorf("%d jobs", n)
		}
	})

	t.Run("take a file", func(t *testing.T) {
		wantIn(t, d.get("/op/feeds/customs/upload"), 200, `type="file"`)
		wantIn(t, d.file("/op/feeds/customs/upload", "x.csv", "{}"), 422, "Choose a file .ndjson")
		wantIn(t, d.file("/op/feeds/customs/upload", "x.ndjson", "\n\n"), 422, "Choose a file with messages")
		wantIn(t, d.file("/op/feeds/customs/upload", "x.ndjson.gz", "{}"), 422)
		p := d.file("/op/feeds/customs/upload", "x.ndjson", msg("f1", "")+"\n"+msg("f2", "")+"\n")
		wantSee(t, p, "/op/feeds/customs/deliveries/"+fmt.Sprint(d.count(`select max(id) from feed_deliveries`)))
		wantIn(t, d.get(p.location), 200, "0 of 2", "File sent by staff", "Timur")
		wantIn(t, d.get("/op/feeds/fiscal/deliveries/1"), 404)
	})

	t.Run("change nothing for who may only look", func(t *testing.T) {
		d.exec(`update staff set roles = '{op_watcher}'`)
		wantIn(t, d.get("/op/feeds/customs"), 200)
		if body := d.get("/op/feeds/customs").body; strings.Contains(body, "/op/feeds/customs/edit") || strings.Contains(body, `action="/op/feeds`) {
			t.Error("offers what is not allowed")
		}
		for _, path := range []string{"/new", "/customs/edit", "/customs/replay", "/customs/upload", "/customs/discard?outcome=poison"} {
			if p := d.get("/op/feeds" + path); p.status != 403 {
				t.Errorf("GET %s: %d", path, p.status)
			}
		}
		for _, path := range []string{"", "/customs/edit", "/customs/tokens", "/customs/tokens/1/revoke", "/customs/messages/1/replay", "/customs/messages/1/discard", "/customs/discard", "/customs/replay"} {
			if p := d.post("/op/feeds"+path, "reason", "x", "outcome", "poison"); p.status != 403 {
				t.Errorf("POST %s: %d", path, p.status)
			}
		}
		if p := d.file("/op/feeds/customs/upload", "x.ndjson", "{}"); p.status != 403 {
			t.Errorf("upload: %d", p.status)
		}
	})
}
