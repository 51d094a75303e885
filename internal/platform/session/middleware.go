package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	lib "github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// request is what one request knows of its session. It belongs to the one
// goroutine that answers the request.
type request struct {
	entry     *entry          // the session it found, nil if none
	token     string          // that the browser sent, whatever became of it
	key       string          // of the session this request found or made
	moving    string          // the session whose place another token takes, see Choose
	opened    context.Context //nolint:containedctx // scs's own, once something changes the session
	until     time.Time
	unproved  bool
	ip, agent string
}

func (r *request) identity() Identity {
	if r.entry == nil {
		return Identity{}
	}
	return r.entry.Identity
}

type requestKey struct{}

// from gives the request's record; outside a request an empty one.
func from(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// Middleware finds the session of each request and, before the first byte of
// the answer, stores what the request changed. origin says where a request
// comes from; failed answers when the session cannot be read or kept.
//
// It stands in the place of scs's LoadAndSave, which takes the session apart for
// every page: most pages keep nothing in it, and for them scs is not asked at
// all (see open).
func (m *Manager) Middleware(origin func(*http.Request) actor.Origin, failed func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Cookie")
			req := &request{ip: origin(r).IP, agent: agentOf(r)}
			ctx := context.WithValue(r.Context(), requestKey{}, req)
			if c, err := r.Cookie(m.scs.Cookie.Name); err == nil {
				req.token = c.Value
			}
			if req.token != "" {
				found, err := m.store.find(ctx, hashToken(req.token))
				if err != nil {
					failed(w, r, err)
					return
				}
				req.found(found)
			}
			r = r.WithContext(ctx)
			a := &answer{ResponseWriter: w, manager: m, session: req, request: r, failed: failed}
			next.ServeHTTP(a, r)
			a.keep()
		})
	}
}

func (r *request) found(e *entry) {
	if e != nil {
		r.entry, r.key = e, e.Key
	}
}

// open gives the context that scs works with. Whoever changes the session calls
// it; what was found is taken apart the first time.
func (m *Manager) open(ctx context.Context) context.Context {
	req := from(ctx)
	if req.opened != nil {
		return req.opened
	}
	opened, err := m.scs.Load(ctx, req.token)
	if err != nil {
		panic(err) // the data was read once already, when the request began
	}
	req.opened = opened
	return opened
}

// answer keeps the session before the first byte goes out: the cookie is a header.
type answer struct {
	http.ResponseWriter
	manager *Manager
	session *request
	request *http.Request
	failed  func(http.ResponseWriter, *http.Request, error)
	kept    bool
	broken  bool // the session could not be kept and the answer says so
}

// Write is that of http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	if a.keep(); a.broken {
		return len(b), nil
	}
	return a.ResponseWriter.Write(b)
}

// WriteHeader is that of http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.keep(); !a.broken {
		a.ResponseWriter.WriteHeader(status)
	}
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) keep() {
	if a.kept {
		return
	}
	a.kept = true
	ctx, scs := a.session.opened, a.manager.scs
	if ctx == nil {
		return
	}
	switch scs.Status(ctx) {
	case lib.Modified:
		token, until, err := scs.Commit(ctx)
		if err != nil {
			a.failed(a.ResponseWriter, a.request, err)
			a.broken = true
			return
		}
		scs.WriteSessionCookie(ctx, a.ResponseWriter, token, until)
	case lib.Destroyed:
		scs.WriteSessionCookie(ctx, a.ResponseWriter, "", time.Time{})
	}
}

// Sessions lists where the signed-in person is signed in.
func (m *Manager) Sessions(ctx context.Context) ([]Open, error) {
	i := Of(ctx)
	if i.AccountID == 0 && i.StaffID == 0 {
		return nil, actor.ErrSignIn
	}
	return m.store.ofOwner(ctx, i)
}

// End ends one of the person's sessions, or with an empty id all others; also
// runs in the same transaction, so that an act and its audit line stay together.
func (m *Manager) End(ctx context.Context, id string, also func(pg.Tx, int) error) error {
	i := Of(ctx)
	if i.AccountID == 0 && i.StaffID == 0 {
		return actor.ErrSignIn
	}
	var keys []string
	err := pg.InTx(ctx, m.store.db, func(tx pg.Tx) (err error) {
		if keys, err = end(ctx, tx, i, id); err != nil {
			return err
		}
		return also(tx, len(keys))
	})
	for _, k := range keys {
		m.store.cache.evict(k)
	}
	return err
}

// EvictTx makes every process ask the database again about the sessions of a
// member or of staff; rights that change call it in their own transaction, the
// message leaves with the commit.
func EvictTx(ctx context.Context, tx pg.Tx, w Who) error {
	const q = `select pg_notify($1, $2)`
	if _, err := tx.Exec(ctx, q, channel, fmt.Sprintf("%d/%d/%d", w.AccountID, w.OrgID, w.StaffID)); err != nil {
		return fmt.Errorf("evict sessions: %w", err)
	}
	return nil
}

// ProveTx notes that the session's person signed just now (see gate.Fresh); an
// ended session is actor.ErrSignIn.
func ProveTx(ctx context.Context, tx pg.Tx, key string) error {
	const q = `update sessions set proved_at = now() where token_hash = $1 and expires_at > now()`
	tag, err := tx.Exec(ctx, q, key)
	switch {
	case err != nil:
		return fmt.Errorf("note proof: %w", err)
	case tag.RowsAffected() == 0:
		return actor.ErrSignIn
	}
	return nil
}

// Clean deletes ended sessions until none is left; run it every few minutes.
func (m *Manager) Clean(ctx context.Context) error {
	for {
		n, err := m.store.clean(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// KeepFresh reads the sessions that people use anew, many at a time, before
// their reading is older than Config.Cache, until ctx is done: pages in a row
// find their reader in memory. It also writes down when they were last used, so
// a process that keeps sessions in memory must run it.
func (m *Manager) KeepFresh(ctx context.Context) {
	if m.store.conf.Cache == 0 {
		return
	}
	for ctx.Err() == nil {
		pause(ctx, m.store.conf.Cache/20) // often, so that each time there is little to do
		if err := m.refresh(ctx); err != nil && ctx.Err() == nil {
			logx.From(ctx).Warn("sessions could not be read anew", "err", err)
		}
	}
}

// refresh gives up when what it reads would be too late: a silent database
// must not hold it for longer.
func (m *Manager) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, m.store.conf.Cache)
	defer cancel()
	return m.store.refresh(ctx)
}

// Listen forgets sessions that other processes ended, until ctx is done. While
// the connection is down nothing is kept in memory for longer than Config.Cache,
// so a lost message costs seconds, never more.
func (m *Manager) Listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := m.listen(ctx)
		m.store.cache.clear()
		if ctx.Err() != nil {
			return
		}
		logx.From(ctx).Warn("session listener lost its connection", "err", err)
		pause(ctx, 2*time.Second)
	}
}

func (m *Manager) listen(ctx context.Context) error {
	return withConn(ctx, m.store.db, func(next func() (string, error)) error {
		for {
			payload, err := next()
			if err != nil {
				return err
			}
			m.forget(payload)
		}
	})
}

// forget takes a session key or account/org/staff, where 0 means any.
func (m *Manager) forget(payload string) {
	var w Who
	if n, _ := fmt.Sscanf(payload, "%d/%d/%d", &w.AccountID, &w.OrgID, &w.StaffID); n != 3 || !strings.Contains(payload, "/") {
		m.store.cache.evict(payload)
		return
	}
	m.store.cache.evictWhere(func(i Identity) bool {
		if w.StaffID != 0 {
			return i.StaffID == w.StaffID
		}
		return (w.AccountID == 0 || i.AccountID == w.AccountID) && (w.OrgID == 0 || i.OrgID == w.OrgID)
	})
}

// withConn takes a connection out of the pool for good: it only listens.
func withConn(ctx context.Context, db *pgxpool.Pool, run func(next func() (string, error)) error) error {
	c, err := db.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := c.Hijack()
	defer func() {
		closing, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer done()
		_ = conn.Close(closing) // the process or the connection is ending anyway
	}()
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return err
	}
	return run(func() (string, error) {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return "", err
		}
		if n == nil {
			return "", errors.New("no notification")
		}
		return n.Payload, nil
	})
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
