// Package httptesting walks through pages as a browser does: it keeps cookies,
// follows nothing by itself, and signs challenges with throw-away keys.
package httptesting

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
)

// Host is the portal's name in what is signed.
const Host = "kabinet.example"

// Chain is the way of a request as the portal lays it. Problems are drawn as
// "key language".
func Chain(sessions *session.Manager, pages func(r chi.Router, wrap httpx.Wrap)) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.Number, middleware.ClientIPFromRemoteAddr, httpx.Headers(false), httpx.Language(false), httpx.Recover(Draw), httpx.CleanBytes(Draw))
	r.Use(sessions.Middleware(httpx.OriginOf, func(w http.ResponseWriter, r *http.Request, err error) { httpx.Fail(w, r, err, Draw) }))
	r.Use(httpx.PersonLanguage, httpx.SameOrigin(Draw), httpx.Forms(Draw, "/op/imports", "/org/gs1/new", "/org/places/import", "/org/users/import", "/cards/import", "/cards/*/photos", "/op/dictionaries/attributes/*/codes/*/import", "/op/feeds/*/upload", "/support/new", "/support/*/reply", "/op/support/*/*/answer"))
	pages(r, httpx.Adapter(Draw))
	return r
}

// Draw shows a problem as a test reads it.
func Draw(w http.ResponseWriter, r *http.Request, p httpx.Problem) {
	w.WriteHeader(p.Status)
	_, _ = fmt.Fprintf(w, "%s %s", p.Key, i18n.From(r.Context()).Code())
}

// Keys is a certification authority with a verifier that trusts it.
type Keys struct {
	*edstest.Authority
	Verifier *cms.Verifier
	t        testing.TB
}

// NewKeys starts an authority that answers revocation questions.
func NewKeys(t testing.TB) Keys {
	t.Helper()
	answers := httptest.NewUnstartedServer(nil)
	a, err := edstest.NewAuthority(clock.System, "http://"+answers.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	answers.Config.Handler = a.Handler()
	answers.Start()
	t.Cleanup(answers.Close)
	v, err := cms.New(cms.Config{TrustPEM: a.TrustPEM(), Now: clock.System, HTTP: answers.Client()})
	if err != nil {
		t.Fatal(err)
	}
	return Keys{a, v, t}
}

// For issues the key of a person; orgTIN is empty on a personal one.
func (k Keys) For(name, pinfl, orgTIN string, options ...edstest.Option) edstest.Key {
	k.t.Helper()
	key, err := k.Issue(edstest.Person{CN: name, PINFL: pinfl, OrgTIN: orgTIN}, options...)
	if err != nil {
		k.t.Fatal(err)
	}
	return key
}

// Box is a seal of the test's own.
func Box(t testing.TB) *seal.Box {
	t.Helper()
	root := sha256.Sum256([]byte(t.Name()))
	box, err := seal.New(root[:])
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// Browser keeps cookies from one request to the next. It is not for use by two
// goroutines at once; Tab gives another one with the same cookies.
type Browser struct {
	Address string // where it calls from, "192.0.2.7:1024" unless set
	Site    string // Sec-Fetch-Site of its forms, "same-origin" unless set
	t       testing.TB
	site    http.Handler
	cookies map[string]*http.Cookie
}

// NewBrowser opens a browser without cookies.
func NewBrowser(t testing.TB, site http.Handler) *Browser {
	return &Browser{Address: "192.0.2.7:1024", Site: "same-origin", t: t, site: site, cookies: map[string]*http.Cookie{}}
}

// Tab is another tab of the browser, with the cookies of this moment.
func (b *Browser) Tab() *Browser {
	tab := NewBrowser(b.t, b.site)
	tab.Address = b.Address
	maps.Copy(tab.cookies, b.cookies)
	return tab
}

// Page is an answer.
type Page struct {
	Status   int
	Location string // where a redirect leads
	Body     string
	Header   http.Header
}

// Get opens a page.
func (b *Browser) Get(path string) Page { return b.do(httptest.NewRequest(http.MethodGet, path, nil)) }

// Post sends a form.
func (b *Browser) Post(path string, values url.Values) Page {
	return b.Send(path, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

// Send sends a body of any type.
func (b *Browser) Send(path, contentType string, body io.Reader) Page {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Sec-Fetch-Site", b.Site)
	return b.do(r)
}

// PostFile sends a form with a file from a page of the portal.
func (b *Browser) PostFile(path, from, field, name string, content []byte) Page {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(content) // a buffer takes everything
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", b.Site)
	r.Header.Set("Referer", from)
	return b.do(r)
}

func (b *Browser) do(r *http.Request) Page {
	r.RemoteAddr = b.Address
	r = r.WithContext(b.t.Context())
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		b.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return Page{Status: res.StatusCode, Location: res.Header.Get("Location"), Body: w.Body.String(), Header: res.Header}
}

// Challenge asks for a text to sign.
func (b *Browser) Challenge(path string) (id, text string) {
	b.t.Helper()
	p := b.Post(path, nil)
	var c struct{ ID, Text string }
	if err := json.Unmarshal([]byte(p.Body), &c); err != nil || c.ID == "" {
		b.t.Fatalf("challenge: %d %s", p.Status, p.Body)
	}
	return c.ID, c.Text
}

// Sign asks for a challenge at action + "/challenge", signs it and sends the
// form with the other values.
func (b *Browser) Sign(key edstest.Key, action string, values url.Values) Page {
	b.t.Helper()
	id, text := b.Challenge(action + "/challenge")
	return b.Post(action, Signed(key, id, text, values))
}

// Signed is the form that carries a signature over text.
func Signed(key edstest.Key, id, text string, values url.Values) url.Values {
	message := edstest.Message{Key: key, Content: []byte(text), At: clock.System().Truncate(time.Second)}.Encode()
	form := url.Values{"challenge": {id}, "pkcs7": {base64.StdEncoding.EncodeToString(message)}}
	maps.Copy(form, values)
	return form
}
