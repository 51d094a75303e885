package invitehttp_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/invite"
	"kabinet/internal/invite/invitehttp"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/platform/eds/edstest"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/httpx/httptesting"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/letterkey"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/password"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/technical"
	"kabinet/web/edsview"
)

// The organization of these tests, and its only administrator.
const (
	orgID   = 1
	tin     = "302118447"
	adminID = 10
	pinfl   = "31508801234567" // of the invited person
)

// portal is everything an invitation needs: database, mail relay, certification
// authority and the pages behind the real chain.
type portal struct {
	t         testing.TB
	db        *pgxpool.Pool
	box       *seal.Box
	keys      httptesting.Keys
	relay     *mailtest.Server
	invite    *invite.Service
	technical *technical.Service
	members   *member.Service
	site      http.Handler
	elsewhere map[string]bool // codes of activation letters
	ips       int
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	p := &portal{t: t, db: pgtest.New(t), box: httptesting.Box(t), keys: httptesting.NewKeys(t), relay: mailtest.New(t, mailtest.Options{}), elsewhere: map[string]bool{}}
	sender, err := mail.NewSender(p.relay.Config(), nil)
	p.check(err)
	t.Cleanup(sender.Close)
	p.technical = &technical.Service{DB: p.db, Hasher: password.New()}
	p.invite = &invite.Service{
		DB: p.db, Box: p.box, Mail: sender, BaseURL: "https://" + httptesting.Host, Host: httptesting.Host, Now: clock.System,
		Proof:    &proof.Service{DB: p.db, Verifier: p.keys.Verifier, Box: p.box, Name: "cms", Statements: true},
		Accounts: &account.Service{DB: p.db, Box: p.box}, Technical: p.technical,
	}
	p.members = &member.Service{DB: p.db, Box: p.box, Inviter: p.invite, Revokers: []member.Revoker{p.technical, p.invite}}
	p.seed()
	p.serve()
	return p
}

func (p *portal) seed() {
	p.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, name_en, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values ($1, $2, 'mchj', '“Zarafshon Sut” MChJ', 'ООО «Зарафшон Сут»', '', '', '', '', 'info@zarafshonsut.example', '', 'SA', '', '', 'uz', 'active', '', '')`, orgID, tin)
	p.exec(`insert into tin_registry (tin, org_id) values ($1, $2)`, tin, orgID)
	p.exec(`insert into accounts (id, name, pinfl_mac, pinfl_sealed, language) values (900, 'Barno', 'a', 'a', 'en')`)
	p.exec(`insert into members (org_id, id, account_id, kind, name, email, status, all_groups, all_places) values ($1, $2, 900, 'business', 'Barno', 'barno@zarafshonsut.example', 'active', true, true)`, orgID, adminID)
	p.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default'), ($1, $2, 'org_admin')`, orgID, adminID)
	p.exec(`insert into sessions (token_hash, account_id, org_id, member_id, data, expires_at, proved_at) values ('admin', 900, $1, $2, '', now() + interval '1 day', now())`, orgID, adminID)
}

// work runs the jobs of invitations.
func (p *portal) work() {
	p.t.Helper()
	runner := jobs.New(p.db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Default: 2, jobs.Mail: 2}, Log: slog.New(slog.DiscardHandler)})
	invite.Register(runner, p.invite)
	notice.Register(runner, &notice.Service{DB: p.db, Mail: p.invite.Mail, BaseURL: p.invite.BaseURL})
	p.check(runner.Start(p.t.Context()))
	p.t.Cleanup(func() {
		if err := runner.Stop(context.WithoutCancel(p.t.Context())); err != nil {
			p.t.Log(err)
		}
	})
}

func (p *portal) serve() {
	sessions := session.New(p.db, session.Config{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	h := invitehttp.Handlers{
		Invite: p.invite, Sessions: sessions, EDS: edsview.Config{WSS: "wss://127.0.0.1:64443/service/cryptapi"},
		Elsewhere: func(w http.ResponseWriter, r *http.Request, code string) (bool, error) {
			if !p.elsewhere[code] {
				return false, nil
			}
			return true, httpx.See(w, r, "/activate/sign")
		},
	}
	p.site = httptesting.Chain(sessions, func(r chi.Router, wrap httpx.Wrap) {
		h.Routes(r, wrap)
		r.Post("/activate", wrap(func(w http.ResponseWriter, r *http.Request) error {
			answered, err := h.TakeCode(w, r, r.PostFormValue("code"))
			if err == nil && !answered {
				w.WriteHeader(http.StatusUnprocessableEntity)
			}
			return err
		}))
		r.With(httpx.RequireMember(httptesting.Draw)).Get("/home", wrap(func(w http.ResponseWriter, r *http.Request) error {
			i := httpx.Identity(r)
			_, err := fmt.Fprintf(w, "%s | %s | %d | %s | %s", i.Name, i.TIN, i.MemberID, strings.Join(i.Roles, ","), sessions.Take(r.Context(), "flash"))
			return err
		}))
	})
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
	if err != nil {
		p.t.Fatalf("%s: %v", sql, err)
	}
}

func (p *portal) number(sql string, args ...any) (n int) {
	p.t.Helper()
	p.check(p.db.QueryRow(p.t.Context(), sql, args...).Scan(&n))
	return n
}

func (p *portal) text(sql string, args ...any) (s string) {
	p.t.Helper()
	p.check(p.db.QueryRow(p.t.Context(), sql, args...).Scan(&s))
	return s
}

// user stores somebody who is to be invited.
func (p *portal) user(id int64, kind, status, number string) {
	p.t.Helper()
	var mac []byte
	if number != "" {
		mac = p.box.MAC(taxid.PINFLPurpose, []byte(number))
	}
	p.exec(`insert into members (org_id, id, kind, name, name_ru, name_en, email, status, pinfl_mac, language) values ($1, $2, $3, $4, $5, '', $6, $7, $8, 'en')`,
		orgID, id, kind, fmt.Sprintf("Malika Yusupova %d", id), fmt.Sprintf("Малика Юсупова %d", id), fmt.Sprintf("malika%d@zarafshonsut.example", id), status, mac)
	p.exec(`insert into member_roles (org_id, member_id, role) values ($1, $2, 'default')`, orgID, id)
}

// invitation makes one and gives what its letter carries, without any relay.
func (p *portal) invitation(memberID int64) letter {
	p.t.Helper()
	p.check(pg.InTx(p.t.Context(), p.db, func(tx pg.Tx) error { return p.invite.InviteTx(p.t.Context(), tx, orgID, memberID) }))
	p.exec(`update invitations set status = 'sent', issued_at = now(), expires_at = now() + interval '168 hours', sent_at = now()
		where org_id = $1 and member_id = $2 and status = 'queued'`, orgID, memberID)
	return p.newest(memberID)
}

// newest derives what the newest invitation of a user carries.
func (p *portal) newest(memberID int64) letter {
	p.t.Helper()
	var id int64
	var seed []byte
	p.check(p.db.QueryRow(p.t.Context(), `select id, seed from invitations where org_id = $1 and member_id = $2 order by id desc limit 1`, orgID, memberID).Scan(&id, &seed))
	k := letterkey.Maker{Box: p.box, Token: "invitation.token", Code: "invitation.code"}.New(seed, orgID, id)
	return letter{id: id, path: "/join/" + k.Token, code: letterkey.Grouped(k.Code)}
}

// letter is what came by mail.
type letter struct {
	id   int64
	path string // of the link
	code string
}

var codeShape = regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b`)

// received reads the newest letter to a user once the relay has n in all.
func (p *portal) received(memberID int64, n int) (letter, mailtest.Mail) {
	p.t.Helper()
	p.check(p.relay.Wait(p.t.Context(), n))
	for _, m := range slices.Backward(p.relay.Mails()) {
		if m.Recipient != fmt.Sprintf("malika%d@zarafshonsut.example", memberID) {
			continue
		}
		for p.number(`select count(*) from invitations where org_id = $1 and status = 'queued'`, orgID) > 0 {
			p.check(p.t.Context().Err())
		}
		link, err := url.Parse(m.Links()[0])
		p.check(err)
		return letter{path: link.Path, code: codeShape.FindString(m.Text)}, m
	}
	p.t.Fatal("no such letter")
	return letter{}, mailtest.Mail{}
}

// age moves the invitations of a user into the past.
func (p *portal) age(memberID int64, by time.Duration) {
	p.exec(`update invitations set issued_at = issued_at - $3::interval, expires_at = expires_at - $3::interval where org_id = $1 and member_id = $2`, orgID, memberID, by)
}

// browser opens one with an address of its own.
func (p *portal) browser() *httptesting.Browser {
	p.ips++
	b := httptesting.NewBrowser(p.t, p.site)
	b.Address = fmt.Sprintf("198.51.%d.%d:1024", p.ips/250, p.ips%250+1)
	b.Get("/join?lang=en")
	return b
}

// enter follows a letter and types its code.
func (p *portal) enter(b *httptesting.Browser, l letter, to string) {
	p.t.Helper()
	if got := b.Post(l.path, url.Values{"code": {l.code}}); got.Status != http.StatusSeeOther || got.Location != to {
		p.t.Fatalf("the right code: %d %s\n%s", got.Status, got.Location, plain(got.Body))
	}
}

// sign does what the page's script does.
func (p *portal) sign(b *httptesting.Browser, k edstest.Key) httptesting.Page {
	p.t.Helper()
	id, text := b.Challenge("/join/challenge")
	return b.Post("/join/sign", httptesting.Signed(k, id, text, nil))
}

// admin is who blocks and invites.
func (p *portal) admin() actor.Actor {
	return actor.Actor{AccountID: 900, OrgID: orgID, MemberID: adminID, Name: "Barno", Rights: perm.Rights([]string{"org_admin"}), SessionKey: "admin"}
}

// shows fails unless the answer has the status and every text.
func shows(t testing.TB, a httptesting.Page, status int, texts ...string) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d\n%s", a.Status, status, plain(a.Body))
	}
	for _, text := range texts {
		if !strings.Contains(plain(a.Body), text) {
			t.Errorf("the page does not say %q\n%s", text, plain(a.Body))
		}
	}
}

var markup = regexp.MustCompile(`(?s)<template.*?</template>|<[^>]*>|\s+`)

// plain is a page as it reads.
func plain(body string) string {
	s := markup.ReplaceAllString(body, " ")
	s = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "\u00a0", " ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// together runs both at the same moment.
func together(a, b func()) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, f := range []func(){a, b} {
		wg.Go(func() { <-start; f() })
	}
	close(start)
	wg.Wait()
}

// keysOf derives what an invitation with a known seed carries, and registers it.
func (p *portal) keysOf(org, id int64, seed []byte) letter {
	p.t.Helper()
	k := letterkey.Maker{Box: p.box, Token: "invitation.token", Code: "invitation.code"}.New(seed, org, id)
	p.exec(`insert into invitation_key_registry (key_hash, kind, org_id, invitation_id) values ($1, 'token', $3, $4), ($2, 'code', $3, $4)`,
		letterkey.Hash(k.Token), letterkey.Hash(k.Code), org, id)
	return letter{id: id, path: "/join/" + k.Token, code: letterkey.Grouped(k.Code)}
}
