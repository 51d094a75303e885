package httpx_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/logx"
)

// The log of these tests is full of failures that are meant.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}

// draw shows a problem as a test reads it.
func draw(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	w.WriteHeader(p.Status)
	fmt.Fprintf(w, "%s %s %v", p.Key, i18n.From(r.Context()).Code(), p.Args)
}

// chain is the way of a request as the portal lays it, without the session.
func chain(pages func(chi.Router, httpx.Wrap)) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Log(func(*http.Request, string, int, time.Duration) {}), httpx.Headers(true), httpx.Deadline(time.Minute, nil))
	r.Use(httpx.NoTransferTricks, httpx.Language(true), httpx.Recover(draw), httpx.CleanBytes(draw), httpx.SameOrigin(draw), httpx.Forms(draw, "/upload"))
	r.NotFound(httpx.Adapter(draw)(func(http.ResponseWriter, *http.Request) error { return httpx.ErrNotFound }))
	pages(r, httpx.Adapter(draw))
	return r
}

// answering is a portal of one page, "/page", and of "/upload", where it takes files.
func answering(h httpx.Handler) http.Handler {
	return chain(func(r chi.Router, wrap httpx.Wrap) {
		r.HandleFunc("/page", wrap(h))
		r.HandleFunc("/upload", wrap(h))
	})
}

func failing(err error) httpx.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func do(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

func post(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFaultsBecomeAnswers(t *testing.T) {
	t.Parallel()
	silent := &net.OpError{Op: "dial", Err: errors.New("connection refused to 10.0.0.5")}
	tests := []struct {
		name   string
		err    error
		status int
		key    string
	}{
		{"invalid", fault.New(fault.Invalid, "x.y"), 422, "x.y"},
		{"bad request", fault.New(fault.BadRequest, "x.y"), 400, "x.y"},
		{"not signed in", fault.New(fault.Unauthenticated, "x.y"), 401, "x.y"},
		{"forbidden", fault.New(fault.Forbidden, "x.y"), 403, "x.y"},
		{"not found", fault.New(fault.NotFound, "x.y"), 404, "x.y"},
		{"conflict", fault.New(fault.Conflict, "x.y"), 409, "x.y"},
		{"gone", fault.New(fault.Gone, "x.y"), 410, "x.y"},
		{"too large", fault.New(fault.TooLarge, "x.y"), 413, "x.y"},
		{"too many", fault.New(fault.TooMany, "x.y"), 429, "x.y"},
		{"unavailable", fault.New(fault.Unavailable, "x.y"), 503, "x.y"},
		{"internal", fault.New(fault.Internal, "x.y"), 500, "x.y"},
		{"wrapped twice", fmt.Errorf("a: %w", fmt.Errorf("b: %w", fault.New(fault.Gone, "x.y"))), 410, "x.y"},
		{"nobody's", errors.New("password hunter2 is wrong"), 500, "fault.internal"},
		{"out of time", fmt.Errorf("q: %w", context.DeadlineExceeded), 503, "fault.timeout"},
		{"no database", fmt.Errorf("q: %w", silent), 503, "fault.unavailable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := do(answering(failing(tt.err)), get("/page"))
			body := text(t, res)
			if res.StatusCode != tt.status || !strings.HasPrefix(body, tt.key+" ") {
				t.Errorf("got %d %q, want %d %s", res.StatusCode, body, tt.status, tt.key)
			}
			if strings.Contains(body, "hunter2") || strings.Contains(body, "10.0.0.5") {
				t.Errorf("the answer tells what went wrong inside: %q", body)
			}
			if res.Header.Get("Cache-Control") != "no-store" {
				t.Error("a problem may be kept in a cache")
			}
		})
	}

	t.Run("says in whole seconds when to try again", func(t *testing.T) {
		t.Parallel()
		res := do(answering(failing(fault.New(fault.TooMany, "x.y").After(90*time.Second))), get("/page"))
		if got := res.Header.Get("Retry-After"); got != "90" {
			t.Errorf("Retry-After = %q, want 90", got)
		}
	})

	t.Run("gives the number that is in the log", func(t *testing.T) {
		t.Parallel()
		var log bytes.Buffer
		r := get("/page")
		r = r.WithContext(logx.Into(r.Context(), slog.New(slog.NewJSONHandler(&log, nil))))
		res := do(answering(failing(errors.New("boom"))), r)
		number := res.Header.Get("X-Request-Id")
		if len(number) != 16 || !strings.Contains(log.String(), number) || !strings.Contains(log.String(), "boom") {
			t.Errorf("number %q, log %s", number, log.String())
		}
	})
}

func TestAReaderWhoLeftIsNoFailure(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ctx, leave := context.WithCancel(logx.Into(t.Context(), slog.New(slog.NewTextHandler(&log, nil))))
	h := answering(func(_ http.ResponseWriter, r *http.Request) error {
		leave()
		<-r.Context().Done()
		return fmt.Errorf("read the page: %w", r.Context().Err())
	})
	if res := do(h, get("/page").WithContext(ctx)); res.StatusCode != 499 || strings.Contains(log.String(), "ERROR") {
		t.Errorf("%d, log %s", res.StatusCode, log.String())
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	t.Run("become a problem page", func(t *testing.T) {
		t.Parallel()
		res := do(answering(func(http.ResponseWriter, *http.Request) error { panic("secret detail") }), get("/page"))
		if body := text(t, res); res.StatusCode != 500 || !strings.HasPrefix(body, "fault.internal ") || strings.Contains(body, "secret") {
			t.Errorf("got %d %q", res.StatusCode, body)
		}
	})
	t.Run("that abort a connection are passed on", func(t *testing.T) {
		t.Parallel()
		defer func() {
			if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // the very value
				t.Errorf("recovered %v", v)
			}
		}()
		do(answering(func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }), get("/page"))
	})
}

func TestRender(t *testing.T) {
	t.Parallel()
	page := func(parts ...any) templ.Component {
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			for _, p := range parts {
				if err, bad := p.(error); bad {
					return err
				}
				if _, err := io.WriteString(w, p.(string)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	show := func(c templ.Component) *http.Response {
		return do(answering(func(w http.ResponseWriter, r *http.Request) error { return httpx.Render(w, r, 200, c) }), get("/page"))
	}

	t.Run("sends a page whole", func(t *testing.T) {
		t.Parallel()
		res := show(page("<p>", "salom"))
		if got := text(t, res); got != "<p>salom" || res.Header.Get("Content-Length") != "8" || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("got %q with %v", got, res.Header)
		}
	})
	t.Run("sends nothing of a page that fails half way", func(t *testing.T) {
		t.Parallel()
		res := show(page("<p>half", errors.New("no")))
		if got := text(t, res); res.StatusCode != 500 || strings.Contains(got, "half") {
			t.Errorf("got %d %q", res.StatusCode, got)
		}
	})
	t.Run("never mixes two pages drawn at once", func(t *testing.T) {
		t.Parallel()
		for i := range 50 {
			want := strings.Repeat(fmt.Sprint(i%10), 5000)
			t.Run("", func(t *testing.T) {
				t.Parallel()
				if got := text(t, show(page(want))); got != want {
					t.Error("a page holds another one's text")
				}
			})
		}
	})
}

func TestBrokenBytes(t *testing.T) {
	t.Parallel()
	ok := func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, r.PostFormValue("name")+r.URL.Query().Get("q"))
		return err
	}
	cookie := func(value string) *http.Request {
		r := get("/page")
		r.Header.Set("Cookie", "kabinet="+value)
		return r
	}
	multipart := func(path, kind string) *http.Request {
		r := post(path, "--x\r\nContent-Disposition: form-data; name=name\r\n\r\n\x00\r\n--x--\r\n")
		r.Header.Set("Content-Type", kind+"; boundary=x")
		return r
	}
	tests := []struct {
		name   string
		r      *http.Request
		status int
	}{
		{"Cyrillic and Uzbek letters", get("/page?q=" + url.QueryEscape("Ўқиш oʻzbek")), 200},
		{"NUL in the query", get("/page?q=%00"), 400},
		{"NUL in a name of the query", get("/page?a%00=1"), 400},
		{"half a letter in the query", get("/page?q=%d0"), 400},
		{"a broken escape in the query", get("/page?q=%zz"), 400},
		{"a semicolon in the query", get("/page?a=1;b=2"), 400},
		{"NUL in the path", get("/page%00"), 400},
		{"half a letter in the path", get("/page%ff"), 400},
		{"a broken letter in a cookie, which is dropped", cookie("\xff"), 200},
		{"a form", post("/page", "name=Gʻulom"), 200},
		{"NUL in a form", post("/page", "name=%00"), 400},
		{"half a letter in a form", post("/page", "name=%d0"), 400},
		{"a broken escape in a form", post("/page", "name=%z"), 400},
		{"a form of a megabyte and more", post("/page", "name="+strings.Repeat("a", 1<<20)), 413},
		{"an upload, which its own page reads", multipart("/upload", "multipart/form-data"), 200},
		{"an upload where nobody takes one", multipart("/page", "multipart/form-data"), 400},
		{"an upload that writes its type in capitals", multipart("/page", "Multipart/Form-Data"), 400},
		{"an upload of another kind", multipart("/page", "multipart/mixed"), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if res := do(answering(ok), tt.r); res.StatusCode != tt.status {
				t.Errorf("status = %d, want %d: %s", res.StatusCode, tt.status, text(t, res))
			}
		})
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	t.Parallel()
	h := answering(failing(nil))
	tests := []struct {
		name, method, site, origin string
		status                     int
	}{
		{"our own form", "POST", "same-origin", "https://example.com", 200},
		{"an address typed in", "POST", "none", "", 200},
		{"an old browser on our page", "POST", "", "https://example.com", 200},
		{"a program without a browser", "POST", "", "", 200},
		{"another site", "POST", "cross-site", "https://evil.example", 403},
		{"a sister site", "POST", "same-site", "https://www.example.com", 403},
		{"an old browser on another site", "POST", "", "https://evil.example", 403},
		{"a sandboxed frame", "POST", "", "null", 403},
		{"a link from another site", "GET", "cross-site", "https://evil.example", 200},
		{"a deletion from another site", "DELETE", "cross-site", "", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(tt.method, "https://example.com/page", nil)
			for k, v := range map[string]string{"Sec-Fetch-Site": tt.site, "Origin": tt.origin} {
				if v != "" {
					r.Header.Set(k, v)
				}
			}
			if res := do(h, r); res.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}

func TestHeadersStandOnEveryAnswer(t *testing.T) {
	t.Parallel()
	foreign := post("/page", "")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	tests := map[string]struct {
		h      httpx.Handler
		r      *http.Request
		status int
	}{
		"a page":               {failing(nil), get("/page"), 200},
		"no page":              {failing(nil), get("/none"), 404},
		"a refusal":            {failing(fault.New(fault.Forbidden, "x.y")), get("/page"), 403},
		"a failure":            {failing(errors.New("x")), get("/page"), 500},
		"a panic":              {func(http.ResponseWriter, *http.Request) error { panic("x") }, get("/page"), 500},
		"broken bytes":         {failing(nil), get("/page?q=%00"), 400},
		"a form too large":     {failing(nil), post("/page", strings.Repeat("a", 2<<20)), 413},
		"another site's form":  {failing(nil), foreign, 403},
		"a change of language": {failing(nil), get("/page?lang=ru"), 303},
	}
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := do(answering(tt.h), tt.r)
			if res.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", res.StatusCode, tt.status)
			}
			for k, v := range want {
				if got := res.Header.Get(k); got != v {
					t.Errorf("%s = %q, want %q", k, got, v)
				}
			}
			if res.Header.Get("X-Request-Id") == "" || res.Header.Get("Permissions-Policy") == "" {
				t.Error("no request id or no permissions policy")
			}
		})
	}

	t.Run("a page that signs may reach the signing program and nothing else more", func(t *testing.T) {
		t.Parallel()
		res := do(answering(func(w http.ResponseWriter, _ *http.Request) error {
			httpx.AllowConnect(w, "wss://127.0.0.1:64443")
			return nil
		}), get("/page"))
		if got := res.Header.Get("Content-Security-Policy"); got != want["Content-Security-Policy"]+" wss://127.0.0.1:64443" {
			t.Errorf("policy = %q", got)
		}
	})

	t.Run("plain http promises no https", func(t *testing.T) {
		t.Parallel()
		h := httpx.Headers(false)(http.NotFoundHandler())
		if got := do(h, get("/")).Header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("Strict-Transport-Security = %q", got)
		}
	})
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	h := answering(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, i18n.From(r.Context()).Code())
		return err
	})
	ask := func(cookie, accept string) *http.Request {
		r := get("/page")
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lang", Value: cookie})
		}
		r.Header.Set("Accept-Language", accept)
		return r
	}
	for _, tt := range []struct{ name, cookie, accept, want string }{
		{"nothing said", "", "", "uz"},
		{"a Russian browser", "", "ru-RU,ru;q=0.9,en;q=0.8", "ru"},
		{"a browser of nobody's language here", "", "fr", "uz"},
		{"Uzbek in Cyrillic", "", "uz-Cyrl-UZ,ru;q=0.5", "uz"},
		{"a choice beats the browser", "en", "ru", "en"},
		{"a made-up choice counts for nothing", "xx", "ru", "ru"},
		{"a broken header", "", ";;;q=x", "uz"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := text(t, do(h, ask(tt.cookie, tt.accept))); got != tt.want {
				t.Errorf("language = %s, want %s", got, tt.want)
			}
		})
	}

	t.Run("a link in a language sets the choice and leads to the clean address", func(t *testing.T) {
		t.Parallel()
		res := do(h, get("/page?lang=ru&q=a%26b"))
		if res.StatusCode != 303 || res.Header.Get("Location") != "/page?q=a%26b" {
			t.Errorf("got %d to %q", res.StatusCode, res.Header.Get("Location"))
		}
		if c := res.Cookies(); len(c) != 1 || c[0].Value != "ru" || !c[0].Secure || !c[0].HttpOnly || c[0].MaxAge < 300*24*3600 {
			t.Errorf("cookies = %v", c)
		}
	})
	t.Run("never leads to another host", func(t *testing.T) {
		t.Parallel()
		res := do(h, get("https://example.com//evil.example?lang=ru"))
		if got := res.Header.Get("Location"); got != "/" {
			t.Errorf("Location = %q", got)
		}
	})
	t.Run("a form is not led away", func(t *testing.T) {
		t.Parallel()
		if res := do(h, post("/page?lang=ru", "a=b")); res.StatusCode != 200 {
			t.Errorf("status = %d", res.StatusCode)
		}
	})
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/home":                     "/home",
		"/op/jobs?state=retryable":  "/op/jobs?state=retryable",
		"/org#places":               "/org",
		"/a%2Fb":                    "/a%2Fb",
		"/поиск":                    "/%D0%BF%D0%BE%D0%B8%D1%81%D0%BA",
		"":                          "/fallback",
		"home":                      "/fallback",
		"?q=1":                      "/fallback",
		"//evil.example":            "/fallback",
		"///evil.example":           "/fallback",
		"/\\evil.example":           "/fallback",
		"\\\\evil.example":          "/fallback",
		"/%2f/evil.example":         "/fallback",
		"https://evil.example/":     "/fallback",
		"https:evil.example":        "/fallback",
		"javascript:alert(1)":       "/fallback",
		"/\tevil":                   "/fallback",
		"/a\r\nSet-Cookie: x=y":     "/fallback",
		"https://u:p@evil.example":  "/fallback",
		" /home":                    "/fallback",
		"/%zz":                      "/fallback",
		"/home?next=//evil.example": "/home?next=//evil.example",
	} {
		if got := httpx.LocalPath(target, "/fallback"); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", target, got, want)
		}
	}
}

// A browser on our page that follows the result must stay on our host.
func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//x", "/\\x", "/%2f/x", "http:x", "/.//x", "/..//x", "/?//x", "/;//x", "/\u2028/x"} {
		f.Add(s)
	}
	base, err := url.Parse("https://kabinet.example/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) {
		got := httpx.LocalPath(target, "/home")
		w := httptest.NewRecorder()
		if err := httpx.See(w, httptest.NewRequest(http.MethodGet, "/sign-in", nil), got); err != nil {
			t.Fatal(err)
		}
		location := w.Header().Get("Location")
		if strings.HasPrefix(location, "//") || strings.ContainsAny(location, "\\\r\n\t") || !strings.HasPrefix(location, "/") {
			t.Fatalf("%q leads to %q", target, location)
		}
		to, err := base.Parse(location)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Fatalf("%q leads to %v (%v)", target, to, err)
		}
	})
}

func TestLogHoldsNoAddresses(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := chain(func(r chi.Router, wrap httpx.Wrap) { r.Get("/activate/{token}", wrap(failing(nil))) })
	for _, path := range []string{"/activate/topsecrettoken?q=alsosecret", "/nothing/topsecrettoken"} {
		r := get(path)
		do(h, r.WithContext(logx.Into(r.Context(), slog.New(slog.NewJSONHandler(&log, nil)))))
	}
	if strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "/activate/{token}") {
		t.Errorf("log = %s", log.String())
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	longer := func(r *http.Request) time.Duration {
		if r.URL.Path == "/file" {
			return time.Hour
		}
		return 0
	}
	h := httpx.Deadline(time.Nanosecond, longer)(httpx.Adapter(draw)(func(_ http.ResponseWriter, r *http.Request) error {
		if until, _ := r.Context().Deadline(); clock.Since(until) < -time.Minute {
			return nil
		}
		<-r.Context().Done()
		return r.Context().Err()
	}))
	res := do(h, get("/page"))
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("a silent database: %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	if res := do(h, get("/file")); res.StatusCode != 200 {
		t.Errorf("a request that may take longer: %d", res.StatusCode)
	}
}

// A request with two lengths must not hide a second request from the proxy.
func TestSecondRequestIsNotSmuggled(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 2)
	s := httptest.NewServer(chain(func(r chi.Router, wrap httpx.Wrap) {
		r.HandleFunc("/*", wrap(func(_ http.ResponseWriter, r *http.Request) error { seen <- r.URL.Path; return nil }))
	}))
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const two = "POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
		"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	if _, err := io.WriteString(c, two); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(c)
	if _, err := http.ReadResponse(answers, nil); err != nil {
		t.Fatal(err)
	}
	if res, err := http.ReadResponse(answers, nil); err == nil {
		t.Errorf("a second answer came: %s", res.Status)
	}
	if first := <-seen; first != "/first" || len(seen) != 0 {
		t.Errorf("seen %s and %d more", first, len(seen))
	}
}
