package campaign

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
)

// What was sent is noted even when the job's time is up or the database is away
// for a moment: each note that is lost means a second copy.
const (
	noteTimeout  = 8 * time.Second
	notePause    = 250 * time.Millisecond
	noteAttempts = 12
)

// noting writes down what became of copies, of all jobs of this process
// together: while one batch is being stored the answers for the next collect. A
// transaction for each letter would cost the database more than the letters do.
type noting struct {
	mu      sync.Mutex
	waiting []noted
	busy    bool // somebody stores a batch and looks for the next one afterwards
}

// noted is an outcome whose writer waits.
type noted struct {
	outcome
	done chan<- error // takes one without blocking
}

// note returns when a row says what became of the copy, or with why none does.
func (n *noting) note(ctx context.Context, db *pgxpool.Pool, o outcome) error {
	done := make(chan error, 1)
	n.mu.Lock()
	n.waiting = append(n.waiting, noted{o, done})
	free := !n.busy
	n.busy = true
	n.mu.Unlock()
	if free {
		go n.storeAll(context.WithoutCancel(ctx), db)
	}
	return <-done
}

// storeAll stores batches until nobody waits.
func (n *noting) storeAll(ctx context.Context, db *pgxpool.Pool) {
	for {
		n.mu.Lock()
		batch := n.waiting
		n.waiting = nil
		n.busy = len(batch) > 0
		n.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err := storeBatch(ctx, db, batch)
		for _, o := range batch {
			o.done <- err
		}
	}
}

// storeBatch stores what became of copies.
func storeBatch(ctx context.Context, db *pgxpool.Pool, batch []noted) error {
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		err := pg.InTx(ctx, db, func(tx pg.Tx) error { return noteTx(ctx, tx, batch) })
		if err == nil || !pg.Unavailable(err) || attempt == noteAttempts {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(notePause):
		}
	}
}

func noteTx(ctx context.Context, tx pg.Tx, batch []noted) error {
	var n notes
	for _, o := range batch {
		n.add(o.outcome)
	}
	return n.store(ctx, tx)
}

// notes are outcomes sorted by what is to be stored.
type notes struct {
	sent, refused, back, doubtful                []Ref
	refusedReasons, backReasons, doubtfulReasons []string
	earlier                                      []*time.Time
}

func (n *notes) add(o outcome) {
	_, refused := errors.AsType[*mail.Refused](o.err)
	ref := Ref{OrgID: o.OrgID, ID: o.ID}
	switch {
	case o.Reminder > 0: // its letter was taken once and works, whatever becomes of the reminder
	case o.err == nil:
		n.sent = append(n.sent, ref)
	case refused:
		n.refused, n.refusedReasons = append(n.refused, ref), append(n.refusedReasons, reason(o.err))
	case errors.Is(o.err, mail.ErrUnacknowledged):
		n.doubtful, n.doubtfulReasons = append(n.doubtful, ref), append(n.doubtfulReasons, reason(o.err))
	default:
		n.back, n.backReasons = append(n.back, ref), append(n.backReasons, reason(o.err))
		n.earlier = append(n.earlier, o.EarlierIssue)
	}
}

func (n *notes) store(ctx context.Context, tx pg.Tx) error {
	if len(n.sent) > 0 {
		if err := markSent(ctx, tx, n.sent); err != nil {
			return err
		}
	}
	if len(n.refused) > 0 {
		if err := markRefused(ctx, tx, n.refused, n.refusedReasons); err != nil {
			return err
		}
	}
	if len(n.doubtful) > 0 {
		if err := noteReason(ctx, tx, n.doubtful, n.doubtfulReasons); err != nil {
			return err
		}
	}
	if len(n.back) > 0 {
		return takeBack(ctx, tx, n.back, n.earlier, n.backReasons)
	}
	return nil
}
