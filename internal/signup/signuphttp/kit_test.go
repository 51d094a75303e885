package signuphttp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/campaign"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
	"kabinet/internal/signup"
	"kabinet/internal/signup/signuphttp"
	"kabinet/web/edsview"
	"kabinet/web/layout"
)

const host = "kabinet.example"

// portal is everything an activation needs: database, mail relay, workers,
// certification authority and the pages behind the real chain.
type portal struct {
	t         testing.TB
	db        *pgxpool.Pool
	box       *seal.Box
	relay     *mailtest.Server
	letters   *campaign.Service
	signup    *signup.Service
	authority *edstest.Authority
	url       string
	browsers  int
	read      sync.Map // by address: the number of the letter read last
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	p := &portal{t: t, db: pgtest.New(t), relay: mailtest.New(t, mailtest.Options{})}
	root := sha256.Sum256([]byte(t.Name()))
	var err error
	p.box, err = seal.New(root[:])
	p.check(err)
	sender, err := mail.NewSender(p.relay.Config(), nil)
	p.check(err)
	t.Cleanup(sender.Close)
	p.letters = campaign.New(campaign.Deps{DB: p.db, Seal: p.box, Mail: sender, BaseURL: "https://" + host})
	p.signup = &signup.Service{
		DB: p.db, Box: p.box, Letters: p.letters, Host: host, Now: clock.System,
		Proof:    &proof.Service{DB: p.db, Verifier: p.verifier(), Box: p.box, Name: "cms", Statements: true},
		Accounts: &account.Service{DB: p.db, Box: p.box},
	}
	p.work()
	p.serve()
	return p
}

// verifier is the built-in one, with revocation answered by the authority.
func (p *portal) verifier() *cms.Verifier {
	answers := httptest.NewUnstartedServer(nil)
	var err error
	p.authority, err = edstest.NewAuthority(clock.System, "http://"+answers.Listener.Addr().String())
	p.check(err)
	answers.Config.Handler = p.authority.Handler()
	answers.Start()
	p.t.Cleanup(answers.Close)
	v, err := cms.New(cms.Config{TrustPEM: p.authority.TrustPEM(), Now: clock.System, HTTP: answers.Client()})
	p.check(err)
	return v
}

// work runs the jobs: letters go to the relay, wishes for new ones are dealt with.
func (p *portal) work() {
	runner := jobs.New(p.db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 2, jobs.Mail: 2}, Log: slog.New(slog.DiscardHandler)})
	campaign.Register(runner, p.letters)
	signup.Register(runner, p.signup)
	p.check(runner.Start(p.t.Context()))
	p.t.Cleanup(func() {
		if err := runner.Stop(p.t.Context()); err != nil {
			p.t.Log(err)
		}
	})
}

// serve answers as the portal does; /home tells who is signed in.
func (p *portal) serve() {
	sessions := session.New(p.db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	draw := func(w http.ResponseWriter, r *http.Request, pr httpx.Problem) {
		p.check(httpx.Render(w, r, pr.Status, layout.Refusal(layout.Public, layout.Problem{Status: pr.Status, Number: pr.Key})))
	}
	r := chi.NewRouter()
	r.Use(middleware.GetHead) // as the portal does: mail scanners ask for links with HEAD
	r.Use(httpx.Number, middleware.ClientIPFromXFF("127.0.0.0/8"), httpx.Headers(false), httpx.Language(false), httpx.Recover(draw), httpx.CleanBytes(draw),
		sessions.Middleware(httpx.OriginOf, func(w http.ResponseWriter, r *http.Request, err error) { httpx.Fail(w, r, err, draw) }),
		httpx.PersonLanguage, httpx.SameOrigin(draw), httpx.Forms(draw))
	wrap := httpx.Adapter(draw)
	signuphttp.Handlers{Signup: p.signup, Sessions: sessions, EDS: edsview.Config{
		WS: "ws://127.0.0.1:64646/service/cryptapi", WSS: "wss://127.0.0.1:64443/service/cryptapi",
		APIKeys: []string{host, "ABCDEF"}, MinVersion: "3.37",
	}}.Routes(r, wrap)
	r.With(httpx.RequireMember(draw)).Get("/home", wrap(func(w http.ResponseWriter, r *http.Request) error {
		i := httpx.Identity(r)
		_, err := fmt.Fprintf(w, "%s | %s | %s | %s | %s", i.Name, i.OrgNames.Uz, i.TIN, strings.Join(i.Roles, ","), sessions.Take(r.Context(), "flash"))
		return err
	}))
	r.Get("/sign-in", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "sign-in") })
	server := httptest.NewServer(r)
	p.t.Cleanup(server.Close)
	p.url = server.URL
}

func (p *portal) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *portal) exec(sql string, args ...any) {
	p.t.Helper()
	_, err := p.db.Exec(p.t.Context(), sql, args...)
	p.check(err)
}

// number is the single number of a query.
func (p *portal) number(sql string, args ...any) (n int) {
	p.t.Helper()
	p.check(p.db.QueryRow(p.t.Context(), sql, args...).Scan(&n))
	return n
}

// text is the single text of a query.
func (p *portal) text(sql string, args ...any) (s string) {
	p.t.Helper()
	p.check(p.db.QueryRow(p.t.Context(), sql, args...).Scan(&s))
	return s
}

// company is an imported organization with its director.
type company struct {
	id       int64
	tin      string
	email    string
	director edstest.Person
}

// company stores the n-th organization; edit changes what is stored.
func (p *portal) company(n int, edit ...func(*org.Draft)) company {
	p.t.Helper()
	d := org.Draft{
		TIN: fmt.Sprint(302118000 + n), NameUz: fmt.Sprintf("“Zarafshon Sut %d” MChJ", n), NameRu: fmt.Sprintf("ООО «Зарафшон Сут %d»", n), Form: "mchj",
		Director: "Gʻulomjon Oʻrinboyev", PINFL: fmt.Sprintf("3150880%07d", n),
		Email: fmt.Sprintf("boss%d@zarafshonsut.example", n), Phone: "+998901234567",
		Region: "SA", District: "Urgut", Street: "Navoiy koʻchasi, 7", Language: "uz",
	}
	for _, e := range edit {
		e(&d)
	}
	record, err := d.Open()
	p.check(err)
	var out []org.Outcome
	p.check(pg.InTx(p.t.Context(), p.db, func(tx pg.Tx) error {
		out, err = org.PutManyTx(p.t.Context(), tx, p.box, []org.Record{record})
		if err != nil {
			return err
		}
		return productgroup.PutManyTx(p.t.Context(), tx, []productgroup.OrgChoices{{
			OrgID: out[0].OrgID, Choices: []productgroup.Choice{{ID: 13}, {ID: 15}},
		}})
	}))
	return company{id: out[0].OrgID, tin: d.TIN, email: d.Email, director: edstest.Person{
		CN: "O'RINBOYEV G'ULOMJON", PINFL: d.PINFL, PersonTIN: "412345678", OrgTIN: d.TIN, Org: "ZARAFSHON SUT", Position: "direktor",
	}}
}

// key issues a key to a person.
func (p *portal) key(who edstest.Person, o ...edstest.Option) edstest.Key {
	p.t.Helper()
	k, err := p.authority.Issue(who, o...)
	p.check(err)
	return k
}

// letter is what came by mail.
type letter struct {
	path string // of the link
	code string
}

var codeShape = regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b`)

// letter sends a company a letter and waits for it.
func (p *portal) letter(c company) letter {
	p.t.Helper()
	before := p.relay.Total()
	p.check(pg.InTx(p.t.Context(), p.db, func(tx pg.Tx) error {
		_, err := p.letters.ResendTx(p.t.Context(), tx, actor.System("test"), c.id)
		return err
	}))
	return p.received(c, before+1)
}

// received reads the letter of a company that came after the one read last, once
// the relay has n letters in all: what is told to others may come in between.
func (p *portal) received(c company, n int) letter {
	p.t.Helper()
	for ; ; n++ {
		p.check(p.relay.Wait(p.t.Context(), n))
		for _, a := range slices.Backward(p.relay.Mails()) {
			last, _ := p.read.Load(c.email)
			if id, _ := last.(int); a.Recipient != c.email || a.ID <= id {
				continue
			}
			p.read.Store(c.email, a.ID)
			p.settled(c)
			link, err := url.Parse(a.Links()[0])
			p.check(err)
			return letter{path: link.Path, code: codeShape.FindString(a.Text)}
		}
	}
}

// settled waits until the portal knows that the relay took the letter: tests
// that change the row would otherwise be overwritten.
func (p *portal) settled(c company) {
	p.t.Helper()
	for p.number(`select count(*) from letters where org_id = $1 and status = 'queued'`, c.id) > 0 {
		p.check(p.t.Context().Err())
	}
}

// linkOnly makes the company's letter one without a code.
func (p *portal) linkOnly(c company) {
	p.exec(`update letters set kind = 'link' where org_id = $1`, c.id)
}

// age moves the letter of a company into the past.
func (p *portal) age(c company, by time.Duration) {
	p.exec(`update letters set issued_at = issued_at - $2::interval, expires_at = expires_at - $2::interval where org_id = $1`, c.id, by)
}

// browser is somebody's, with cookies and an address of its own.
type browser struct {
	p      *portal
	client *http.Client
	ip     string
	lang   string
}

func (p *portal) browser() *browser {
	p.browsers++
	jar, err := cookiejar.New(nil)
	p.check(err)
	return &browser{
		p: p, ip: fmt.Sprintf("198.51.%d.%d", p.browsers/250, p.browsers%250+1), lang: "en",
		client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// answer is what a browser got.
type answer struct {
	status int
	to     string // of a redirect
	body   string
	header http.Header
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.p.t.Helper()
	r, err := http.NewRequestWithContext(b.p.t.Context(), method, b.p.url+path, strings.NewReader(form.Encode()))
	b.p.check(err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("X-Forwarded-For", b.ip)
	r.Header.Set("Accept-Language", b.lang)
	res, err := b.client.Do(r)
	b.p.check(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	b.p.check(err)
	return answer{status: res.StatusCode, to: res.Header.Get("Location"), body: string(body), header: res.Header}
}

func (b *browser) get(path string) answer { b.p.t.Helper(); return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) answer {
	b.p.t.Helper()
	return b.do(http.MethodPost, path, form)
}

// challenge is what sign.js fetches.
type challenge struct{ ID, Text string }

func (b *browser) challenge(path string) challenge {
	b.p.t.Helper()
	got := b.post(path, nil)
	var c challenge
	if got.status != http.StatusOK || json.Unmarshal([]byte(got.body), &c) != nil || c.ID == "" {
		b.p.t.Fatalf("challenge: %d %s", got.status, got.body)
	}
	return c
}

// enter follows a letter and types its code.
func (b *browser) enter(l letter) {
	b.p.t.Helper()
	if got := b.post(l.path, url.Values{"code": {l.code}}); got.status != http.StatusSeeOther || got.to != "/activate/sign" {
		b.p.t.Fatalf("the right code: %d %s\n%s", got.status, got.to, got.body)
	}
}

// send posts a signature over text.
func (b *browser) send(c challenge, k edstest.Key, text string) answer {
	b.p.t.Helper()
	m := edstest.Message{Key: k, Content: []byte(text), At: clock.System(), BER: true}
	return b.post("/activate/sign", url.Values{"challenge": {c.ID}, "pkcs7": {base64.StdEncoding.EncodeToString(m.Encode())}})
}

// sign does what sign.js does: challenge, signature, form.
func (b *browser) sign(k edstest.Key) answer {
	b.p.t.Helper()
	c := b.challenge("/activate/challenge")
	return b.send(c, k, c.Text)
}

// shows fails unless the answer has the status and every text.
func (a answer) shows(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d\n%s", a.status, status, plain(a.body))
	}
	for _, text := range texts {
		if !strings.Contains(plain(a.body), text) {
			t.Errorf("the page does not say %q\n%s", text, plain(a.body))
		}
	}
}

var markup = regexp.MustCompile(`(?s)<template.*?</template>|<[^>]*>|\s+`)

// plain is a page as it reads, messages for the script left out.
func plain(body string) string {
	s := markup.ReplaceAllString(body, " ")
	s = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "\u00a0", " ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}
