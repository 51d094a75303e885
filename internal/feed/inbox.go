package feed

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// roundSize is how many messages are handed over in one transaction. More would
// save little, and beyond 64 savepoints every other transaction of the server
// pays for them.
const roundSize = 50

// entry is a message on its way into the inbox.
type entry struct {
	Message
	position int
	hash     [sha256.Size]byte
	raw      []byte
}

// entries read messages as far as they can be read; what cannot is stored too,
// and judged when it is handed over.
func entries(src Source, raws [][]byte, from int) []entry {
	all := make([]entry, len(raws))
	for i, raw := range raws {
		m, _ := decode(src, raw)
		all[i] = entry{Message: m, position: from + i + 1, hash: sha256.Sum256(raw), raw: raw}
	}
	return all
}

// claimed is a message in hand.
type claimed struct {
	id       int64
	raw      []byte
	attempts int
	m        Message
	wrong    error // why it cannot be read
}

// picker takes up to n waiting messages of a source that nobody else has in hand.
type picker func(ctx context.Context, tx pg.Tx, n int) ([]claimed, error)

// ofDelivery takes those of one delivery, whether they are due or not, but none
// that was tried.
func ofDelivery(id int64) picker {
	return func(ctx context.Context, tx pg.Tx, n int) ([]claimed, error) { return claimDelivery(ctx, tx, id, n) }
}

// dueOf takes those of a source that are due.
func dueOf(src Source) picker {
	return func(ctx context.Context, tx pg.Tx, n int) ([]claimed, error) { return claimDue(ctx, tx, src.ID, n) }
}

// single takes one.
func single(id int64) picker {
	return func(ctx context.Context, tx pg.Tx, _ int) ([]claimed, error) { return claimOne(ctx, tx, id) }
}

// step hands over what pick gives, and says how many messages that were. When
// they cannot be stored together, one is tried alone; when that fails, it is put
// off, and the next step goes on with the others.
func (s *Service) step(ctx context.Context, src Source, pick picker) (int, error) {
	ids, err := s.round(ctx, src, pick, roundSize)
	if err == nil || ctx.Err() != nil {
		return len(ids), err
	}
	logx.From(ctx).Warn("messages could not be handed over together", "feed", src.Code, "error", err.Error())
	ids, err = s.round(ctx, src, pick, 1)
	if err == nil || ctx.Err() != nil || len(ids) == 0 {
		return len(ids), err
	}
	return 1, s.putOff(ctx, src, ids[0], err)
}

// putOff lets a message rest whose round could not be stored.
func (s *Service) putOff(ctx context.Context, src Source, id int64, why error) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		found, err := claimOne(ctx, tx, id)
		if err != nil || len(found) == 0 {
			return err
		}
		return settle(ctx, tx, src, []verdict{found[0].failed(ctx, why)})
	})
}

// round is one transaction: it takes messages, hands each over in a savepoint of
// its own, and keeps what became of them. Whoever comes second takes others.
func (s *Service) round(ctx context.Context, src Source, pick picker, n int) (ids []int64, err error) {
	sink, ok := s.Sinks[src.Kind]
	if !ok {
		return nil, nil
	}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		found, err := pick(ctx, tx, n)
		if err != nil || len(found) == 0 {
			return err
		}
		ids = make([]int64, len(found))
		for i := range found {
			ids[i] = found[i].id
			found[i].m, found[i].wrong = decode(src, found[i].raw)
		}
		// Things are locked in one order, whatever order they came in.
		slices.SortFunc(found, func(a, b claimed) int {
			return cmp.Or(cmp.Compare(a.m.SourceID, b.m.SourceID), cmp.Compare(a.m.Version, b.m.Version), cmp.Compare(a.id, b.id))
		})
		verdicts := make([]verdict, len(found))
		for i, c := range found {
			if verdicts[i], err = c.handTo(ctx, tx, sink); err != nil {
				return err
			}
		}
		return settle(ctx, tx, src, verdicts)
	})
	return ids, err
}

// handTo gives a message to its sink. An error is one of the transaction.
func (c claimed) handTo(ctx context.Context, tx pg.Tx, sink Sink) (verdict, error) {
	if c.wrong != nil {
		return c.judged(Poisoned, c.wrong), nil
	}
	start := clock.System()
	if err := beginOne(ctx, tx); err != nil {
		return verdict{}, err
	}
	why := call(ctx, tx, sink, c.m)
	outcome, known := OutcomeOf(why)
	if !known && (ctx.Err() != nil || collided(why)) {
		return verdict{}, why
	}
	if err := endOne(ctx, tx, known && !outcome.SetAside()); err != nil {
		return verdict{}, errors.Join(err, why)
	}
	var v verdict
	if known {
		v = c.judged(outcome, why)
	} else {
		v = c.failed(ctx, why)
	}
	v.took = clock.Since(start)
	return v, nil
}

// call runs a sink; one that panics has failed like any other.
func call(ctx context.Context, tx pg.Tx, sink Sink, m Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sink of %s panicked: %v", m.Kind, p)
		}
	}()
	return sink(ctx, tx, m)
}

// collided reports whether the whole transaction is to be run again.
func collided(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == "40001" || pe.Code == "40P01")
}

// verdict is what became of a message.
type verdict struct {
	claimed
	outcome Outcome // Waiting: it is tried again after pause
	reason  string
	args    []byte
	detail  string
	pause   time.Duration
	took    time.Duration
}

// maxDetail bounds the text of a reason.
const maxDetail = 300

// judged is a verdict that stands.
func (c claimed) judged(o Outcome, why error) verdict {
	v := verdict{claimed: c, outcome: o}
	if !o.SetAside() {
		return v
	}
	f, hasWords := fault.As(why)
	switch {
	case !hasWords && o == Poisoned:
		v.detail = cut(why.Error(), maxDetail)
		return v
	case !hasWords: // the outcome itself has words in every language
		return v
	}
	v.reason = f.Key
	v.args, _ = json.Marshal(f.Args) // texts and numbers
	return v
}

// pauses are how long a message rests after each failure of its sink.
func pauses() []time.Duration {
	return []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour}
}

// failed is the verdict on a message that the sink could not deal with, through
// no known fault of the message: it rests, and is set aside in the end.
func (c claimed) failed(ctx context.Context, why error) verdict {
	v := verdict{claimed: c, outcome: Waiting, detail: shortly(why)}
	if all := pauses(); c.attempts < len(all) {
		v.pause = all[c.attempts]
	} else {
		v.outcome, v.reason = Poisoned, errFailed.Key
	}
	logx.From(ctx).Warn("message not handed over", "message", c.id, "attempts", c.attempts+1, "error", fmt.Sprint(why))
	return v
}

// shortly is what staff read of an error: its text may quote what the message
// says, so of the database's only the code is told. The log has all of it.
func shortly(err error) string {
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok {
		return cut(strings.TrimSpace("SQLSTATE "+pe.Code+" "+pe.ConstraintName), maxDetail)
	}
	return ""
}

// cut shortens s to n bytes at the border of a letter.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
