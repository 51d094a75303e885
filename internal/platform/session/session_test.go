package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/session"
)

// The people of these tests: an account that belongs to two organizations, and
// an operator.
const (
	account, org, member    = int64(5_000_000_001), int64(5_000_000_002), int64(5_000_000_003)
	secondOrg, secondMember = int64(5_000_000_004), int64(5_000_000_005)
	staffID                 = int64(5_000_000_006)
	rounds                  = 200
	idle, absolute          = 30 * time.Minute, 12 * time.Hour
)

var (
	inFirst   = session.Who{AccountID: account, OrgID: org, MemberID: member}
	inNone    = session.Who{AccountID: account}
	asStaff   = session.Who{StaffID: staffID}
	noCache   = session.Config{Idle: idle, Absolute: absolute}
	withCache = session.Config{Idle: idle, Absolute: absolute, Cache: time.Minute}
)

func seed(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	const people = `
		insert into accounts (id, name, pinfl_mac, pinfl_sealed, language, theme, density) values ($1, 'Barno Sodiqova', 'a', 'a', 'ru', 'dark', 'compact')`
	const orgs = `
		insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		                           email, phone, region, district, street, language, status, search, source_hash)
		select o.id, o.tin, 'MChJ', 'Yangi Bogʻ ' || o.tin, 'Янги Бог ' || o.tin, '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', ''
		from (values ($1::bigint, '301000001'), ($2::bigint, '301000002')) o (id, tin)`
	const members = `
		insert into members (org_id, id, account_id, kind, name, email, status)
		values ($2, $3, $1, 'business', 'Barno Sodiqova', '', 'active'), ($4, $5, $1, 'business', 'Barno Sodiqova', '', 'active')`
	const links = `insert into account_members (account_id, org_id, member_id) values ($1, $2, $3), ($1, $4, $5)`
	const roles = `insert into member_roles (org_id, member_id, role) values ($1, $2, 'default'), ($1, $2, 'org_admin'), ($3, $4, 'default')`
	const operator = `insert into staff (id, name, pinfl_mac, roles) values ($1, 'Timur Rashidov', 's', '{op_watcher}')`
	exec(t, db, people, account)
	exec(t, db, orgs, org, secondOrg)
	exec(t, db, members, account, org, member, secondOrg, secondMember)
	exec(t, db, links, account, org, member, secondOrg, secondMember)
	exec(t, db, roles, org, member, secondOrg, secondMember)
	exec(t, db, operator, staffID)
}

func exec(t *testing.T, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// portal is a process with sessions, whose pages are given by the test.
type portal struct {
	*session.Manager
	t     *testing.T
	pages http.Handler
}

// page is what a request runs, and what went wrong with it.
type page struct {
	run func(context.Context) error
	err error
}

type pageKey struct{}

func newPortal(t *testing.T, db *pgxpool.Pool, c session.Config) portal {
	t.Helper()
	m := session.New(db, c)
	from := func(*http.Request) actor.Origin { return actor.Origin{IP: "192.0.2.7"} }
	failed := func(w http.ResponseWriter, r *http.Request, err error) {
		r.Context().Value(pageKey{}).(*page).err = err
		w.WriteHeader(http.StatusInternalServerError)
	}
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.Context().Value(pageKey{}).(*page)
		p.err = p.run(r.Context())
		w.WriteHeader(http.StatusNoContent)
	})
	return portal{m, t, m.Middleware(from, failed)(inner)}
}

// browser keeps the cookie from one request to the next.
type browser struct {
	portal
	cookie *http.Cookie
}

func (p portal) browser() *browser { return &browser{portal: p} }

// visit runs handle as the answer to a request and keeps the cookie it sets.
func (b *browser) visit(handle func(context.Context) error) *http.Response {
	b.t.Helper()
	res, err := b.try(handle)
	if err != nil {
		b.t.Fatal(err)
	}
	return res
}

func (b *browser) try(handle func(context.Context) error) (*http.Response, error) {
	p := &page{run: handle}
	r := httptest.NewRequestWithContext(context.WithValue(b.t.Context(), pageKey{}, p), http.MethodGet, "/", nil)
	r.Header.Set("User-Agent", "Firefox 115")
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.pages.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		b.cookie = c
		if c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return res, p.err
}

func (b *browser) signIn(w session.Who) *browser {
	b.t.Helper()
	b.visit(func(ctx context.Context) error { return b.SignIn(ctx, w) })
	return b
}

func (b *browser) signOut() {
	b.t.Helper()
	b.visit(b.SignOut)
}

func (b *browser) who() (i session.Identity) {
	b.t.Helper()
	b.visit(func(ctx context.Context) error { i = session.Of(ctx); return nil })
	return i
}

// twin is another tab of the same browser.
func (b *browser) twin() *browser { return &browser{b.portal, b.cookie} }

func TestSignIn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, noCache)

	t.Run("shows the person, the organization and the rights", func(t *testing.T) {
		i := p.browser().signIn(inFirst).who()
		got := fmt.Sprint(i.AccountID, i.OrgID, i.MemberID, i.Name, "|", i.OrgNames.In("ru"), i.OrgNames.In("en"), "|", i.TIN, i.Language, i.Theme, i.Density, i.Orgs)
		want := fmt.Sprint(account, org, member, "Barno Sodiqova", "|", "Янги Бог 301000001", "Yangi Bogʻ 301000001", "|", "301000001", "ru", "dark", "compact", 2)
		if got != want {
			t.Errorf("identity = %s, want %s", got, want)
		}
		if !i.Member() || i.Staff() || !i.Rights.Has(perm.MemberManage) || i.ProvedAt.IsZero() || i.Key == "" || i.ID == "" {
			t.Errorf("identity = %+v, want a member with the administrator's rights", i)
		}
	})

	t.Run("keeps a person without an organization out of both areas", func(t *testing.T) {
		i := p.browser().signIn(inNone).who()
		if i.AccountID != account || i.Member() || i.Staff() || i.Rights != perm.Of() {
			t.Errorf("identity = %+v, want an account without rights", i)
		}
	})

	t.Run("shows staff", func(t *testing.T) {
		i := p.browser().signIn(asStaff).who()
		if !i.Staff() || i.Member() || i.Name != "Timur Rashidov" || !i.Rights.Has(perm.OpJobRead) || i.Rights.Has(perm.OpJobManage) {
			t.Errorf("identity = %+v, want a watcher", i)
		}
	})

	t.Run("makes a new token and drops what the visitor had", func(t *testing.T) {
		b := p.browser()
		b.visit(func(ctx context.Context) error { b.Put(ctx, "next", "/trap"); return nil })
		planted := b.twin()
		b.signIn(inFirst)
		if planted.cookie.Value == b.cookie.Value {
			t.Error("the token planted before the sign-in is that of the signed-in person")
		}
		if i := planted.who(); i.Key != "" {
			t.Errorf("the planted token still opens %+v", i)
		}
		b.visit(func(ctx context.Context) error {
			if kept := b.Get(ctx, "next"); kept != "" {
				t.Errorf("the visitor's session left %q behind", kept)
			}
			return nil
		})
	})

	t.Run("stores only the hash of the token", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		var n int
		const q = `select count(*) from sessions where token_hash = $1 or position($1::bytea in data) > 0`
		if err := db.QueryRow(t.Context(), q, b.cookie.Value).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows hold the token itself (%v)", n, err)
		}
	})

	t.Run("sets a cookie that scripts cannot read and that ends with the browser", func(t *testing.T) {
		c := p.browser().signIn(inFirst).cookie
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 0 || !c.Expires.IsZero() || c.Name != "kabinet" {
			t.Errorf("cookie = %s", c)
		}
		secure := newPortal(t, db, session.Config{Idle: idle, Absolute: absolute, Secure: true})
		if c := secure.browser().signIn(inFirst).cookie; c.Name != "__Host-kabinet" || !c.Secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("over https the cookie = %s", c)
		}
	})

	t.Run("never outlives the certificate", func(t *testing.T) {
		who := inFirst
		who.Until = time.Now().Add(time.Hour)
		b := p.browser().signIn(who)
		var left time.Duration
		const q = `select expires_at - now() from sessions where id::text = $1`
		if err := db.QueryRow(t.Context(), q, b.who().ID).Scan(&left); err != nil || left > time.Hour {
			t.Errorf("%s left (%v), want at most one hour", left, err)
		}
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, noCache)
	shift := func(t *testing.T, i session.Identity, set string) {
		t.Helper()
		exec(t, db, `update sessions set `+set+` where id::text = $1`, i.ID)
	}
	tests := []struct {
		name, set string
		alive     bool
	}{
		{"lives a moment before the idle limit", `last_seen = now() - interval '29 minutes 58 seconds'`, true},
		{"ends at the idle limit", `last_seen = now() - interval '30 minutes'`, false},
		{"lives a moment before the absolute limit", `expires_at = now() + interval '2 seconds'`, true},
		{"ends at the absolute limit although it is in use", `expires_at = now()`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := p.browser().signIn(inFirst)
			shift(t, b.who(), tt.set)
			if got := b.who().Member(); got != tt.alive {
				t.Errorf("signed in = %t, want %t", got, tt.alive)
			}
			b.visit(func(ctx context.Context) error {
				if got := session.Ended(ctx); got == tt.alive {
					t.Errorf("Ended = %t, want %t", got, !tt.alive)
				}
				return nil
			})
		})
	}

	t.Run("begins 12 hours before its end and is pushed on by use, once a minute", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		i := b.who()
		shift(t, i, `last_seen = now() - interval '5 minutes'`)
		b.who()
		var total, since time.Duration
		const q = `select expires_at - created_at, now() - last_seen from sessions where id::text = $1`
		if err := db.QueryRow(t.Context(), q, i.ID).Scan(&total, &since); err != nil {
			t.Fatal(err)
		}
		if total != absolute || since > 30*time.Second {
			t.Errorf("whole life %s, last seen %s ago; want 12h and just now", total, since)
		}
		shift(t, i, `last_seen = now() - interval '30 seconds'`)
		b.who()
		if err := db.QueryRow(t.Context(), q, i.ID).Scan(&total, &since); err != nil || since < 30*time.Second {
			t.Errorf("a request wrote last_seen anew after %s (%v)", since, err)
		}
	})

	t.Run("knows a stranger from somebody whose session ended", func(t *testing.T) {
		p.browser().visit(func(ctx context.Context) error {
			if session.Ended(ctx) {
				t.Error("a first visit counts as an ended session")
			}
			return nil
		})
	})

	t.Run("says for a day whose it was when it ended by itself, then is swept away", func(t *testing.T) {
		for _, tt := range []struct {
			set  string
			left int
		}{
			{`last_seen = now() - interval '31 minutes'`, 1},
			{`expires_at = now() - interval '23 hours 59 minutes'`, 1},
			{`last_seen = now() - interval '24 hours 31 minutes'`, 0},
			{`expires_at = now() - interval '24 hours 1 minute'`, 0},
		} {
			b := p.browser().signIn(inFirst)
			i := b.who()
			shift(t, i, tt.set)
			if err := p.Clean(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := count(t, db, `select count(*) from sessions where id::text = $1`, i.ID); n != tt.left {
				t.Errorf("%s: %d rows left, want %d", tt.set, n, tt.left)
			}
			if got := b.former(); (got == inFirst) != (tt.left == 1) {
				t.Errorf("%s: it was the session of %+v", tt.set, got)
			}
		}
	})

	t.Run("says nothing of visitors, of who is signed in and of who signed out", func(t *testing.T) {
		visitor := p.browser()
		visitor.visit(func(ctx context.Context) error { _, err := p.Key(ctx); return err })
		exec(t, db, `update sessions set last_seen = now() - interval '31 minutes' where account_id is null`)
		if err := p.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, `select count(*) from sessions where account_id is null and last_seen < now() - interval '30 minutes'`); n != 0 {
			t.Errorf("%d rows of visitors left", n)
		}
		in, out := p.browser().signIn(inFirst), p.browser().signIn(inFirst)
		gone := out.twin()
		out.signOut()
		for name, b := range map[string]*browser{"a visitor": visitor, "who is signed in": in, "who signed out": gone, "a stranger": p.browser()} {
			if got := b.former(); got != (session.Who{}) {
				t.Errorf("%s: it was the session of %+v", name, got)
			}
		}
	})
}

func (b *browser) former() (w session.Who) {
	b.t.Helper()
	b.visit(func(ctx context.Context) (err error) { w, err = b.Former(ctx); return err })
	return w
}

func TestEndsWithThePerson(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, noCache)
	tests := []struct {
		name       string
		who        session.Who
		take, back string
	}{
		{"a blocked member", inFirst, `update members set status = 'blocked'`, `update members set status = 'active'`},
		{"a blocked organization", inFirst, `update organizations set status = 'blocked'`, `update organizations set status = 'active'`},
		{"a blocked account", inNone, `update accounts set blocked_at = now()`, `update accounts set blocked_at = null`},
		{"blocked staff", asStaff, `update staff set status = 'blocked'`, `update staff set status = 'active'`},
	}
	for _, tt := range tests {
		t.Run(tt.name+" is signed out", func(t *testing.T) {
			b := p.browser().signIn(tt.who)
			exec(t, db, tt.take)
			defer exec(t, db, tt.back)
			if i := b.who(); i.Key != "" {
				t.Errorf("still signed in as %+v", i)
			}
		})
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, withCache)

	t.Run("is not undone by a slow request that changes the session", func(t *testing.T) {
		for round := range rounds {
			b := p.browser().signIn(inFirst)
			tab, old := b.twin(), b.twin()
			inFlight, over := make(chan struct{}), make(chan error)
			go func() {
				_, err := tab.try(func(ctx context.Context) error {
					close(inFlight)
					p.Put(ctx, "flash", "x")
					return <-over
				})
				over <- err
			}()
			<-inFlight
			b.signOut()
			over <- nil
			if err := <-over; err != nil {
				t.Fatal(err)
			}
			for _, tab := range []*browser{old, tab} {
				if i := tab.who(); i.Key != "" {
					t.Fatalf("round %d: signed in again as %+v", round, i)
				}
			}
		}
	})

	t.Run("twice at once is once", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		one, two := b.twin(), b.twin()
		both(one.signOut, two.signOut)
		if i := b.who(); i.Key != "" {
			t.Errorf("still signed in as %+v", i)
		}
	})

	t.Run("removes the cookie", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		b.signOut()
		if b.cookie != nil {
			t.Errorf("the browser keeps %s", b.cookie)
		}
	})
}

func both(f, g func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Go(g)
	wg.Wait()
}

func count(t *testing.T, db *pgxpool.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// counter counts the statements of a pool.
type counter struct{ n atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *counter) during(f func()) int64 {
	before := c.n.Load()
	f()
	return c.n.Load() - before
}

func counted(t *testing.T) (*pgxpool.Pool, *counter) {
	t.Helper()
	conf, err := pgxpool.ParseConfig(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	conf.ConnConfig.Tracer = c
	db, err := pgxpool.NewWithConfig(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db, c
}

func TestStatements(t *testing.T) {
	t.Parallel()
	db, statements := counted(t)
	seed(t, db)
	b := newPortal(t, db, withCache).browser().signIn(inFirst)

	for _, tt := range []struct {
		name string
		want int64
		do   func()
	}{
		{"the first page reads the session once", 1, func() { b.who() }},
		{"the next page reads nothing", 0, func() { b.who() }},
		{"a stranger's page reads nothing", 0, func() { b.browser().who() }},
		{"a text kept for the next page is one write", 1, func() {
			b.visit(func(ctx context.Context) error { b.Put(ctx, "flash", "x"); return nil })
		}},
		{"and one read", 1, func() { b.who() }},
		{"signing out is one statement", 1, b.signOut},
	} {
		if got := statements.during(tt.do); got != tt.want {
			t.Errorf("%s: %d statements, want %d", tt.name, got, tt.want)
		}
	}
}

// fresh asks the gate whether the browser's session may do a sensitive act.
func fresh(t *testing.T, db *pgxpool.Pool, b *browser, right perm.Code) bool {
	t.Helper()
	err := gate.InFreshTx(t.Context(), db, b.who().Actor(actor.Origin{}), right, func(pg.Tx) error { return nil })
	if err != nil && !errors.Is(err, gate.ErrProve) {
		t.Fatal(err)
	}
	return err == nil
}

func TestAWayInWithoutASignatureIsNotFresh(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	who := inFirst
	who.Unproved = true
	b := newPortal(t, db, noCache).browser().signIn(who)
	if i := b.who(); fresh(t, db, b, perm.OrgRead) || time.Since(i.Since) > time.Minute || !i.AsksSoon() {
		t.Errorf("%+v is fresh, or not signed in just now", i)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, withCache)
	choose := func(b *browser) error {
		_, err := b.try(func(ctx context.Context) error { return p.Choose(ctx, secondOrg, secondMember) })
		return err
	}

	t.Run("gives another token and leaves the limits alone", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		i := b.who()
		exec(t, db, `update sessions set expires_at = now() + interval '1 hour', proved_at = now() - interval '11 hours',
			created_at = now() - interval '11 hours' where id::text = $1`, i.ID)
		before := b.twin()
		if err := choose(b); err != nil {
			t.Fatal(err)
		}
		now := b.who()
		if now.OrgID != secondOrg || now.MemberID != secondMember || now.Rights.Has(perm.MemberManage) {
			t.Errorf("identity = %+v, want the second organization with its rights", now)
		}
		if before.cookie.Value == b.cookie.Value || before.who().Key != "" {
			t.Error("the old token still works")
		}
		if time.Since(now.ProvedAt) < 10*time.Hour {
			t.Errorf("proved at %s: choosing proves nothing", now.ProvedAt)
		}
		if n := count(t, db, `select count(*) from sessions where id::text = $1 and expires_at < now() + interval '61 minutes'`, i.ID); n != 1 {
			t.Error("the absolute limit moved")
		}
	})

	t.Run("ends the freshness of a signature with the organization it was given for", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		if !fresh(t, db, b, perm.OrgRead) {
			t.Fatal("not fresh right after the signature")
		}
		if err := choose(b); err != nil {
			t.Fatal(err)
		}
		if fresh(t, db, b, perm.OrgRead) || !b.who().AsksSoon() {
			t.Error("a signature for the first organization opens the second one")
		}
		for range 2 { // the second time nothing changes
			b.visit(func(ctx context.Context) error { return p.Choose(ctx, org, member) })
			if fresh(t, db, b, perm.OrgRead) {
				t.Error("going there and back made it fresh again")
			}
		}
		exec(t, db, `update sessions set proved_at = now() where id::text = $1`, b.who().ID)
		b.visit(func(ctx context.Context) error { return p.Choose(ctx, org, member) })
		if !fresh(t, db, b, perm.OrgRead) {
			t.Error("choosing the same organization again took the freshness away")
		}
	})

	t.Run("keeps the signature of a sign-in for the organization chosen first", func(t *testing.T) {
		b := p.browser().signIn(inNone)
		if err := choose(b); err != nil {
			t.Fatal(err)
		}
		if !fresh(t, db, b, perm.OrgRead) {
			t.Error("not fresh right after the signature")
		}
	})

	t.Run("keeps what waits for the next page", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		b.visit(func(ctx context.Context) error { b.Put(ctx, "flash", "kept"); return nil })
		if err := choose(b); err != nil {
			t.Fatal(err)
		}
		b.visit(func(ctx context.Context) error {
			if got := b.Take(ctx, "flash"); got != "kept" {
				t.Errorf("flash = %q", got)
			}
			return nil
		})
	})

	t.Run("needs somebody signed in", func(t *testing.T) {
		if err := choose(p.browser()); err == nil {
			t.Error("a visitor chose an organization")
		}
	})

	t.Run("does not bring back a session that was ended meanwhile", func(t *testing.T) {
		for round := range rounds {
			b := p.browser().signIn(inFirst)
			tab := b.twin()
			inFlight, over := make(chan struct{}), make(chan error)
			go func() {
				_, err := tab.try(func(ctx context.Context) error {
					close(inFlight)
					<-over
					return p.Choose(ctx, secondOrg, secondMember)
				})
				over <- err
			}()
			<-inFlight
			b.signOut()
			over <- nil
			if err := <-over; err != nil {
				t.Fatal(err)
			}
			if i := tab.who(); i.Key != "" {
				t.Fatalf("round %d: signed in again as %+v", round, i)
			}
		}
	})

	t.Run("does not escape from signing out everywhere", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		tab := b.twin()
		inFlight, over := make(chan struct{}), make(chan error)
		go func() {
			_, err := tab.try(func(ctx context.Context) error {
				if err := p.Choose(ctx, secondOrg, secondMember); err != nil {
					return err
				}
				close(inFlight)
				return <-over
			})
			over <- err
		}()
		<-inFlight
		other := p.browser().signIn(inFirst)
		other.visit(func(ctx context.Context) error {
			return p.End(ctx, "", func(pg.Tx, int) error { return nil })
		})
		over <- nil
		if err := <-over; err != nil {
			t.Fatal(err)
		}
		if i := tab.who(); i.Key != "" {
			t.Errorf("still signed in as %+v", i)
		}
	})
}

func TestKey(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, noCache)
	key := func(b *browser) (k string) {
		b.visit(func(ctx context.Context) (err error) { k, err = b.Key(ctx); return err })
		return k
	}

	t.Run("gives a visitor a session that stays", func(t *testing.T) {
		b := p.browser()
		first := key(b)
		if first == "" || first != key(b) {
			t.Error("the second request has another key than the first")
		}
		if n := count(t, db, `select count(*) from sessions where token_hash = $1 and account_id is null`, first); n != 1 {
			t.Errorf("%d sessions under the key, want 1", n)
		}
	})

	t.Run("is that of the person when somebody is signed in", func(t *testing.T) {
		b := p.browser().signIn(inFirst)
		if got, want := key(b), b.who().Key; got != want || got == "" {
			t.Errorf("key = %q, want %q", got, want)
		}
	})

	t.Run("is not given to a flood of visitors from one address", func(t *testing.T) {
		exec(t, db, `insert into rate_limits (key, window_start, n) values ('session.visitor:192.0.2.7', date_bin('10 minutes', now(), 'epoch'), 200)
			on conflict (key, window_start) do update set n = 200`)
		defer exec(t, db, `delete from rate_limits`)
		before := count(t, db, `select count(*) from sessions`)
		b := p.browser()
		if _, err := b.try(func(ctx context.Context) error { _, err := b.Key(ctx); return err }); !errors.Is(err, limit.ErrTooMany) {
			t.Errorf("err = %v, want too many", err)
		}
		if n := count(t, db, `select count(*) from sessions`); n != before {
			t.Errorf("%d sessions more", n-before)
		}
	})

	t.Run("does not believe a token that was made up", func(t *testing.T) {
		b := p.browser()
		b.cookie = &http.Cookie{Name: "kabinet", Value: "made-up"}
		key(b)
		if b.cookie.Value == "made-up" {
			t.Error("the made-up token became a session")
		}
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	p := newPortal(t, db, withCache)
	here, there := p.browser().signIn(inFirst), p.browser().signIn(session.Who{AccountID: account, OrgID: secondOrg, MemberID: secondMember})
	stranger := p.browser().signIn(asStaff)
	list := func(b *browser) (open []session.Open) {
		b.visit(func(ctx context.Context) (err error) { open, err = b.Sessions(ctx); return err })
		return open
	}
	end := func(b *browser, id string) (n int) {
		b.visit(func(ctx context.Context) error {
			return b.End(ctx, id, func(_ pg.Tx, ended int) error { n = ended; return nil })
		})
		return n
	}

	t.Run("lists the person's own, newest use first, and marks this one", func(t *testing.T) {
		exec(t, db, `update sessions set last_seen = now() - interval '1 minute' where id::text = $1`, there.who().ID)
		open := list(here)
		if len(open) != 2 || !open[0].Current || open[1].Current || open[0].IP != "192.0.2.7" || open[0].Agent != "Firefox 115" {
			t.Errorf("sessions = %+v", open)
		}
	})

	t.Run("never ends those of others", func(t *testing.T) {
		if n := end(stranger, here.who().ID); n != 0 {
			t.Errorf("staff ended %d sessions of a member", n)
		}
		if n := end(here, "no-such-id"); n != 0 {
			t.Errorf("an unknown id ended %d", n)
		}
		if !here.who().Member() {
			t.Error("signed out by a stranger")
		}
	})

	t.Run("ends the others at once, also where they are kept in memory", func(t *testing.T) {
		there.who()
		if n := end(here, ""); n != 1 {
			t.Errorf("ended %d, want 1", n)
		}
		if there.who().Key != "" || !here.who().Member() {
			t.Error("want the other ended and this one alive")
		}
	})

	t.Run("stays when the line about it cannot be written", func(t *testing.T) {
		other := p.browser().signIn(inFirst)
		failure := fmt.Errorf("the log is full")
		_, err := here.try(func(ctx context.Context) error {
			return here.End(ctx, "", func(pg.Tx, int) error { return failure })
		})
		if err == nil || !other.who().Member() {
			t.Errorf("err = %v; want the failure and the session alive", err)
		}
	})

	t.Run("shows nothing to visitors", func(t *testing.T) {
		if _, err := p.browser().try(func(ctx context.Context) error { _, err := p.Sessions(ctx); return err }); err == nil {
			t.Error("a visitor got a list")
		}
	})
}

// Two processes share the database and tell each other what ended.
func TestListen(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	seed(t, db)
	here, there := newPortal(t, db, withCache), newPortal(t, db, withCache)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { there.Listen(ctx) })
	t.Cleanup(func() { stop(); wg.Wait() })
	until(t, "the other process listens", func() bool {
		return count(t, db, `select count(*) from pg_stat_activity where query like 'listen %' and datname = current_database()`) == 1
	})

	t.Run("a sign-out reaches the other process", func(t *testing.T) {
		b := here.browser().signIn(inFirst)
		far := &browser{there, b.cookie}
		far.who()
		b.signOut()
		until(t, "the other process forgot the session", func() bool { return far.who().Key == "" })
	})

	for name, w := range map[string]session.Who{
		"a person":             {AccountID: account},
		"a member":             {AccountID: account, OrgID: org},
		"a whole organization": {OrgID: org},
	} {
		t.Run("new rights of "+name+" reach the other process", func(t *testing.T) {
			exec(t, db, `insert into member_roles (org_id, member_id, role) values ($1, $2, 'org_admin') on conflict do nothing`, org, member)
			far := &browser{there, here.browser().signIn(inFirst).cookie}
			if !far.who().Rights.Has(perm.MemberManage) {
				t.Fatal("not an administrator to begin with")
			}
			err := pg.InTx(t.Context(), db, func(tx pg.Tx) error {
				if _, err := tx.Exec(t.Context(), `delete from member_roles where org_id = $1 and member_id = $2 and role = 'org_admin'`, org, member); err != nil {
					return err
				}
				return session.EvictTx(t.Context(), tx, w)
			})
			if err != nil {
				t.Fatal(err)
			}
			until(t, "the other process knows the new rights", func() bool { return !far.who().Rights.Has(perm.MemberManage) })
		})
	}

	t.Run("a lost connection empties the memory and is made again", func(t *testing.T) {
		far := &browser{there, here.browser().signIn(inFirst).cookie}
		far.who()
		exec(t, db, `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`)
		exec(t, db, `delete from sessions`)
		until(t, "nothing is served from before the loss", func() bool { return far.who().Key == "" })
	})
}

// until waits for something another goroutine does; it polls, it does not guess
// how long that takes.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("still not so after a minute: %s", what)
		case <-tick.C:
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	b := newPortal(t, db, noCache).browser()
	texts := map[string]string{"ascii": "next", "oʻ": "Gʻulomjon Oʻrinboyev", "quote": `"\` + "\n"}
	for k, v := range texts {
		b.visit(func(ctx context.Context) error { b.Put(ctx, k, v); return nil })
	}
	b.visit(func(ctx context.Context) error {
		for k, v := range texts {
			if got := b.Get(ctx, k); got != v {
				t.Errorf("%s = %s, want %s", k, strconv.Quote(got), strconv.Quote(v))
			}
		}
		return nil
	})
}
