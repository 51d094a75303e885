package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// request is what one request knows of its session.
type request struct {
	identity  Identity
	key       string // the session this request found or made
	moving    string // the session whose place another token takes, see Choose
	brought   bool   // the browser sent a token, whatever became of it
	until     time.Time
	ip, agent string
}

func (r *request) found(e entry) {
	r.key = e.Key
	r.identity = e.Identity
}

type requestKey struct{}

// from gives the request's record; outside a request an empty one.
func from(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// Middleware loads the session of each request and, before the first byte of
// the answer, stores what the request changed. origin says where a request
// comes from; failed answers when the session cannot be read.
func (m *Manager) Middleware(origin func(*http.Request) actor.Origin, failed func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	m.scs.ErrorFunc = failed
	return func(next http.Handler) http.Handler {
		inner := m.scs.LoadAndSave(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := r.Cookie(m.scs.Cookie.Name)
			req := &request{ip: origin(r).IP, agent: agentOf(r), brought: err == nil}
			inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, req)))
		})
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

// Clean deletes ended sessions until none is left; run it every few minutes.
func (m *Manager) Clean(ctx context.Context) error {
	for {
		n, err := m.store.clean(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
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
