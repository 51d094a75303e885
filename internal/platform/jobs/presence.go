package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/pg"
)

// DefaultDeadAfter is how long a process may be silent before its jobs are given
// to others: letters in hand of a killed one go on that soon after it.
const DefaultDeadAfter = 15 * time.Second

// errSilent ends the jobs of a process that could not say that it lives:
// another one may have begun them.
var errSilent = errors.New("this process was silent for so long that others may run its jobs")

// presence tells the other processes that this one lives, and takes over the
// jobs of those that fell silent. River's own rescue knows only how long a job
// may run, and so waits minutes; it stays for what is lost in another way.
type presence struct {
	db      *pgxpool.Pool
	process string
	dead    time.Duration // silence after which a process counts as dead
	log     *slog.Logger

	mu   sync.Mutex
	held context.Context         //nolint:containedctx // the right to run jobs, which ends
	lose context.CancelCauseFunc // ends held

	halt func() // ends the beats and waits for that
}

func newPresence(db *pgxpool.Pool, dead time.Duration, log *slog.Logger) *presence {
	p := &presence{db: db, process: rand.Text(), dead: dead, log: log, halt: func() {}}
	p.held, p.lose = context.WithCancelCause(context.Background()) // outlives every request, ends with halt
	return p
}

// every is the time between two beats: four may be missed.
func (p *presence) every() time.Duration { return p.dead / 5 }

// start beats once, so that no job begins unseen, and then until halt.
func (p *presence) start(ctx context.Context) error {
	if err := pg.InTx(ctx, p.db, func(tx pg.Tx) error { return beat(ctx, tx, p.process) }); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.beats(ctx)
	}()
	p.halt = func() {
		cancel()
		<-done
	}
	return nil
}

// beats goes on until ctx ends. Whoever has just come, or come back, looks for
// the dead only at the third beat in a row: when the database was away for all,
// the living get the time to say so.
func (p *presence) beats(ctx context.Context) {
	tick := time.NewTicker(p.every())
	defer tick.Stop()
	inRow, last := 0, clock.System()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if clock.Since(last) > p.dead*2/3 {
			inRow = 0
			p.renounce()
		}
		if err := p.once(ctx, inRow >= 2); err != nil {
			p.log.WarnContext(ctx, "job process cannot say that it lives", "error", err.Error())
			inRow = 0
			continue
		}
		inRow, last = inRow+1, clock.System()
	}
}

// once beats and, when look says so, takes over the jobs of the dead.
func (p *presence) once(ctx context.Context, look bool) error {
	ctx, cancel := context.WithTimeout(ctx, p.every())
	defer cancel()
	if err := pg.InTx(ctx, p.db, func(tx pg.Tx) error { return beat(ctx, tx, p.process) }); err != nil || !look {
		return err
	}
	var found []rescued
	err := pg.InTx(ctx, p.db, func(tx pg.Tx) (err error) {
		found, err = rescue(ctx, tx, p.dead)
		return err
	})
	for _, j := range found {
		p.log.WarnContext(ctx, "job of a dead process", "job", j.ID, "kind", j.Kind, "state", string(j.State))
	}
	return err
}

// renounce ends the contexts of all jobs in hand. Those begun later run under a
// new right.
func (p *presence) renounce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose(errSilent)
	p.held, p.lose = context.WithCancelCause(context.Background())
}

// bind ends ctx when this process loses the right to run what it has in hand.
func (p *presence) bind(ctx context.Context) (context.Context, func()) {
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(held, func() { cancel(context.Cause(held)) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// end stops the beats; a process that left nothing behind is forgotten at once.
func (p *presence) end(ctx context.Context, clean bool) error {
	p.halt()
	if !clean {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.dead)
	defer cancel()
	return pg.InTx(ctx, p.db, func(tx pg.Tx) error { return leave(ctx, tx, p.process) })
}
