// Package session knows who is behind a cookie.
//
// scs makes tokens, cookies and their renewal; the store is ours. It keeps
// only the hash of a token, changes a row only while it exists (so a request
// in flight cannot bring a signed-out session back), and reads the session with
// the person, the organization and the roles in one statement. What it read is
// kept in process for some seconds (Config.Cache): enough to draw pages, never
// enough to change anything, because platform/gate asks the database again.
package session

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/limit"
)

// Config holds the limits of a session.
type Config struct {
	Idle     time.Duration // ends a session nobody used; default 30 min
	Absolute time.Duration // ends every session; default 12 h
	Cache    time.Duration // how long a page may be drawn from memory; at most 5 s, 0 never
	Secure   bool          // cookies over https only; off for http://localhost
}

// Identity is who is behind a request. The zero value is somebody not signed in.
type Identity struct {
	Key       string // hash under which the session is stored
	ID        string // public id, for lists of sessions
	AccountID int64  // a person
	OrgID     int64  // the organization the person works in, 0 before the choice
	MemberID  int64
	StaffID   int64 // one of the operator's staff, then the three above are 0
	Name      string
	OrgNames  OrgNames
	TIN       string
	Language  string // the person's own choice, "" if nobody is signed in
	Theme     string // system, light or dark
	Density   string // comfortable or compact
	Orgs      int    // how many organizations the person may choose from
	Roles     []string
	Rights    perm.Set
	Scope     perm.Scope // where a member's rights hold
	Since     time.Time  // when the person signed in
	ProvedAt  time.Time  // when the EDS was last given for this organization; long ago if never
}

// OrgNames are the names of an organization: the reader may switch languages at
// any moment.
type OrgNames struct{ Uz, Ru, En string }

// In is the name in a language; what has none in it goes by the Uzbek one, which
// is that of the state register.
func (n OrgNames) In(lang string) string {
	switch {
	case lang == "ru" && n.Ru != "":
		return n.Ru
	case lang == "en" && n.En != "":
		return n.En
	}
	return n.Uz
}

// Member reports whether a member of an organization is signed in.
func (i Identity) Member() bool { return i.MemberID != 0 }

// Staff reports whether one of the operator's staff is signed in.
func (i Identity) Staff() bool { return i.StaffID != 0 }

// AsksSoon reports whether a form of a sensitive act will end in gate.ErrProve:
// the last signature is too old, or will be when the form is filled in. It is for
// a hint on the form; the act itself asks the database.
func (i Identity) AsksSoon() bool { return clock.Since(i.ProvedAt) > gate.Fresh-time.Minute }

// Actor is the member as the use cases know it.
func (i Identity) Actor(o actor.Origin) actor.Actor {
	if !i.Member() {
		return actor.Actor{Origin: o}
	}
	return actor.Actor{
		AccountID: i.AccountID, OrgID: i.OrgID, MemberID: i.MemberID,
		Name: i.Name, Rights: i.Rights, Scope: i.Scope, SessionKey: i.Key, Origin: o,
	}
}

// Operator is the staff member as the use cases know it.
func (i Identity) Operator(o actor.Origin) actor.Operator {
	if !i.Staff() {
		return actor.Operator{Origin: o}
	}
	return actor.Operator{StaffID: i.StaffID, Name: i.Name, Rights: i.Rights, SessionKey: i.Key, Origin: o}
}

// Who is signed in by SignIn: a person in an organization, a person who has
// yet to choose one, or staff.
type Who struct {
	AccountID, OrgID, MemberID, StaffID int64
	// Until ends the session earlier than Config.Absolute does: it must not
	// outlive the certificate that opened it (eds.md 3.5). Zero sets no end.
	Until time.Time
	// Unproved is for a way in whose last step was no signature: the first
	// sensitive act asks for one (see gate.Fresh).
	Unproved bool
}

// Manager is the sessions of the portal.
type Manager struct {
	scs   *scs.SessionManager
	store *Store
}

// New makes the manager; db is asked for nothing yet.
func New(db *pgxpool.Pool, c Config) *Manager {
	store := newStore(db, c)
	m := scs.New()
	m.Store = store
	m.Codec = codec{}
	m.Lifetime = c.Absolute
	m.HashTokenInStore = true
	m.Cookie = cookie(c.Secure)
	return &Manager{scs: m, store: store}
}

func cookie(secure bool) scs.SessionCookie {
	name := "kabinet"
	if secure {
		name = "__Host-kabinet"
	}
	return scs.SessionCookie{Name: name, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, Persist: false}
}

// SignIn turns the visitor's session into that of a person. The token is new
// (no fixation), what the visitor's session carried is dropped.
func (m *Manager) SignIn(ctx context.Context, w Who) error {
	ctx = m.open(ctx)
	if err := m.scs.Clear(ctx); err != nil {
		return err
	}
	if err := m.scs.RenewToken(ctx); err != nil {
		return err
	}
	from(ctx).until, from(ctx).unproved = w.Until, w.Unproved
	for key, id := range map[string]int64{keyAccount: w.AccountID, keyOrg: w.OrgID, keyMember: w.MemberID, keyStaff: w.StaffID} {
		if id != 0 {
			m.scs.Put(ctx, key, id)
		}
	}
	return nil
}

// Choose makes the signed-in person act for an organization, the first one or
// another. The token is new; the limits stay those of the sign-in, because
// nobody has proved anything anew. What was signed while working for one
// organization does not count for the next one: its sensitive acts want a
// signature of their own. A session ended meanwhile stays ended.
func (m *Manager) Choose(ctx context.Context, orgID, memberID int64) error {
	req := from(ctx)
	if req.identity().AccountID == 0 {
		return actor.ErrSignIn
	}
	ctx = m.open(ctx)
	req.moving = req.key
	if err := m.scs.RenewToken(ctx); err != nil {
		return err
	}
	m.scs.Put(ctx, keyOrg, orgID)
	m.scs.Put(ctx, keyMember, memberID)
	return nil
}

// Renew gives the session another token, as after a signature given anew; what
// the session is and when it ends stays. A session ended meanwhile stays ended.
func (m *Manager) Renew(ctx context.Context) error {
	ctx = m.open(ctx)
	req := from(ctx)
	req.moving = req.key
	return m.scs.RenewToken(ctx)
}

// SignOut ends the session of this request.
func (m *Manager) SignOut(ctx context.Context) error { return m.scs.Destroy(m.open(ctx)) }

// Put keeps a short text in the session, making one if there is none yet.
func (m *Manager) Put(ctx context.Context, key, value string) { m.scs.Put(m.open(ctx), key, value) }

// Get reads a text kept with Put.
func (m *Manager) Get(ctx context.Context, key string) string {
	req := from(ctx)
	switch {
	case req.opened != nil:
		return m.scs.GetString(req.opened, key)
	case req.entry != nil:
		return req.entry.texts[key]
	}
	return ""
}

// Take reads a text and forgets it.
func (m *Manager) Take(ctx context.Context, key string) string {
	if m.Get(ctx, key) == "" {
		return "" // the usual case, and nothing to forget
	}
	return m.scs.PopString(m.open(ctx), key)
}

// visitors bounds how many sessions strangers of one address, which may be a
// whole office, can make us store.
func visitors() limit.Rule {
	return limit.Rule{Name: "session.visitor", Max: 200, Per: 10 * time.Minute}
}

// Key is the hash under which this request's session is stored. A visitor gets
// a session by it: what is bound to the key (a challenge) needs one that stays.
// Too many new visitors of one address are limit.ErrTooMany.
func (m *Manager) Key(ctx context.Context) (string, error) {
	req := from(ctx)
	if k := req.identity().Key; k != "" {
		return k, nil
	}
	ctx = m.open(ctx)
	if m.scs.Token(ctx) == "" {
		if err := limit.Need(ctx, m.store.db, visitors(), req.ip); err != nil {
			return "", err
		}
		m.scs.Put(ctx, keyVisitor, "1")
		if _, _, err := m.scs.Commit(ctx); err != nil {
			return "", err
		}
	}
	return hashToken(m.scs.Token(ctx)), nil
}

// Of is who is behind the request.
func Of(ctx context.Context) Identity { return from(ctx).identity() }

// Ended reports whether the browser brought a session that is no more: it ended
// by itself or somebody ended it.
func Ended(ctx context.Context) bool {
	req := from(ctx)
	return req.token != "" && req.entry == nil
}

// Former is who the browser's session belonged to, when it ended by itself within
// the last day: nobody is signed in by that, but a form that comes late finds the
// person it waits for. The zero value is nobody.
func (m *Manager) Former(ctx context.Context) (Who, error) {
	if !Ended(ctx) {
		return Who{}, nil
	}
	return m.store.former(ctx, hashToken(from(ctx).token))
}

// Address and agent are cut to what a list of sessions shows.
func agentOf(r *http.Request) string {
	return strings.ToValidUTF8(cut(r.UserAgent(), 200), "")
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
