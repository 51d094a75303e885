package card

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// ErrNoBulk says that a result is not there (any more), or another's.
var ErrNoBulk = fault.New(fault.NotFound, "card.bulk.not_found")

// Why is a reason in words that the page puts into the reader's language.
type Why struct {
	Key  string   `json:"key"`
	Args []string `json:"args,omitempty"` // name, value pairs
}

// Values are the arguments of the message.
func (w Why) Values() []any {
	vs := make([]any, len(w.Args))
	for i, a := range w.Args {
		vs[i] = a
	}
	return vs
}

// Whys are the reasons of an error: those of a form, else its own. An error that
// nobody named says only that.
func Whys(err error) []Why {
	f, ok := fault.As(err)
	switch {
	case !ok:
		return []Why{{Key: "fault.internal"}}
	case len(f.Complaints) == 0:
		return []Why{{Key: f.Key, Args: texts(f.Args)}}
	}
	whys := make([]Why, len(f.Complaints))
	for i, c := range f.Complaints {
		whys[i] = Why{Key: c.Key, Args: texts(c.Args)}
	}
	return whys
}

func texts(args []any) []string {
	ts := make([]string, len(args))
	for i, a := range args {
		ts[i] = fmt.Sprint(a)
	}
	return ts
}

// Skipped is a card with which an act on many did nothing.
type Skipped struct {
	ID   int64    `json:"id"`
	GTIN gs1.GTIN `json:"gtin,omitempty"` // "" when the organization has no such card
	Name string   `json:"name,omitempty"`
	Why  []Why    `json:"why"`
}

// SkippedOf tells of cards left out what is kept of them.
func SkippedOf(left []LeftOut) []Skipped {
	all := make([]Skipped, len(left))
	for i, l := range left {
		all[i] = Skipped{ID: l.ID, GTIN: l.GTIN, Name: l.Name, Why: Whys(l.Why)}
	}
	return all
}

// Bulk is what became of an act on many cards.
type Bulk struct {
	ID      string
	Act     string // as its page names it
	Done    []int64
	Skipped []Skipped
	At      time.Time
}

// Apart divides cards into those that an act fits and that the actor may do it
// with, and those it would leave out.
func Apart(a actor.Actor, act Act, cards []Card, missing []int64) (fit []Card, left []Skipped) {
	for _, c := range cards {
		need, fits := c.Fits(act)
		why := a.NeedIn(need, perm.Reach{Group: c.GroupID})
		if why == nil && !fits {
			why = ErrState
		}
		if why == nil {
			fit = append(fit, c)
			continue
		}
		left = append(left, Skipped{ID: c.ID, GTIN: c.GTIN, Name: c.NameUz, Why: Whys(why)})
	}
	for _, id := range missing {
		left = append(left, Skipped{ID: id, Why: Whys(ErrNotFound)})
	}
	return fit, left
}

// Bulk gives a result; it is kept for a week, for who did the act.
func (s *Service) Bulk(ctx context.Context, a actor.Actor, id string) (Bulk, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return Bulk{}, err
	}
	if !uuidShape.MatchString(id) {
		return Bulk{}, ErrNoBulk
	}
	return oneBulk(ctx, s.DB, a.OrgID, a.MemberID, id)
}

// uuidShape keeps what is no id away from the database.
var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Many does an act on many cards and keeps what became of each; it gives the id
// of the result. do is one of the service's own acts, called for MaxAtOnce at a
// time. ticket is that of the form: sent again, the form gets the first result.
func (s *Service) Many(ctx context.Context, a actor.Actor, act, ticket string, ids []int64, do func(ids []int64) (Result, error)) (id string, err error) {
	if err := a.Need(perm.CardRead); err != nil {
		return "", err
	}
	if len(ids) > MaxChosen {
		return "", ErrManyChosen
	}
	key := bulkKey(act, ticket)
	if id, err = bulkOf(ctx, s.DB, a.OrgID, a.MemberID, key); err != nil || id != "" {
		return id, err
	}
	all, err := inParts(ids, do)
	if err != nil {
		return "", err
	}
	err = gate.InTx(ctx, s.DB, a, perm.CardRead, func(tx pg.Tx) error {
		id, err = insertBulk(ctx, tx, a.OrgID, a.MemberID, act, key, all.Done, SkippedOf(all.Left))
		return err
	})
	return id, err
}

// bulkKey is what a form is known by; one without a ticket is like no other.
func bulkKey(act, ticket string) string {
	if ticket == "" {
		ticket = rand.Text()
	}
	sum := sha256.Sum256([]byte(act + "\n" + ticket))
	return hex.EncodeToString(sum[:])
}

// inParts does an act part by part. What goes wrong with the first is the answer;
// later, what was done stays, and the rest is left out because of it.
func inParts(ids []int64, do func(ids []int64) (Result, error)) (all Result, err error) {
	for part := range slices.Chunk(ids, MaxAtOnce) {
		var r Result
		if err == nil {
			r, err = do(part)
		}
		if err != nil && len(all.Done)+len(all.Left) == 0 {
			return Result{}, err
		}
		if err != nil {
			for _, id := range part {
				r.Left = append(r.Left, LeftOut{ID: id, Why: err})
			}
		}
		all.Done, all.Left = append(all.Done, r.Done...), append(all.Left, r.Left...)
	}
	return all, nil
}
