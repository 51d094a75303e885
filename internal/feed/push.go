package feed

import (
	"context"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// Refusals of a call; "feed.refusal.<reason>" are their words.
var (
	ErrNoToken = fault.New(fault.Unauthenticated, "feed.refusal.no_token")
	ErrToken   = fault.New(fault.Unauthenticated, "feed.refusal.unknown_token")
	ErrAddress = fault.New(fault.Forbidden, "feed.refusal.address")
	ErrForeign = fault.New(fault.Forbidden, "feed.refusal.foreign_feed")
	ErrOff     = fault.New(fault.Forbidden, "feed.refusal.off")
	ErrRate    = fault.New(fault.TooMany, "feed.refusal.too_many_calls")
)

// CallsPerMinute is how often a source may call; with full calls that is 300,000
// messages a minute, more than one process hands over.
const CallsPerMinute = 300

// patience is how long a call waits for its messages to be handed over. What is
// not done by then, jobs do.
const patience = 20 * time.Second

// Knock is what a program brings along.
type Knock struct {
	Authorization string // the header
	Code          string // of the feed in the address
	IP            string
}

// Quota is what is left of a minute.
type Quota struct {
	Limit, Left int
	Reset       time.Duration // until the next one begins
}

// Caller is a source that was let in.
type Caller struct {
	Source
	ip string
}

// Enter says who calls, refuses who may not, and counts. Tokens are found by
// their hash, so the time of an answer says nothing about how much of one is right.
//
//gate:none it is the gate of this interface
func (s *Service) Enter(ctx context.Context, k Knock) (c Caller, q Quota, err error) {
	found, err := s.find(ctx, k)
	if err != nil {
		return c, q, s.refused(ctx, k, err)
	}
	hit, err := limit.Hit(ctx, s.DB, limit.Rule{Name: "feed.call", Max: CallsPerMinute, Per: time.Minute}, found.Code)
	if err != nil {
		return c, q, err
	}
	now := clock.System()
	q = Quota{Limit: CallsPerMinute, Left: hit.Left, Reset: now.Truncate(time.Minute).Add(time.Minute).Sub(now)}
	if !hit.Allowed {
		return c, q, ErrRate.After(hit.RetryAfter)
	}
	if !found.noted {
		err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return touchToken(ctx, tx, found.tokenID, k.IP) })
	}
	return Caller{found.Source, k.IP}, q, err
}

// refused counts a failure of an address; beyond the limit it is told to wait. A
// source whose token is good is not held up by what others of its address do.
func (s *Service) refused(ctx context.Context, k Knock, err error) error {
	if kind := fault.KindOf(err); kind != fault.Unauthenticated && kind != fault.Forbidden {
		return err
	}
	fails := limit.Rule{Name: "feed.fail", Max: 60, Per: time.Minute}
	if hit, wrong := limit.Hit(ctx, s.DB, fails, k.IP); wrong == nil && !hit.Allowed {
		return ErrRate.After(hit.RetryAfter)
	}
	return err
}

// find judges token, address and feed, in this order: who has no token learns
// nothing about the rest.
func (s *Service) find(ctx context.Context, k Knock) (knocked, error) {
	if k.Authorization == "" {
		return knocked{}, ErrNoToken
	}
	secret, ok := bearer(k.Authorization)
	if !ok {
		return knocked{}, ErrToken
	}
	hash := secret.hash()
	found, err := knock(ctx, s.DB, hash[:])
	switch {
	case err != nil:
		return knocked{}, err
	case !found.lets(k.IP):
		return knocked{}, ErrAddress
	case found.Code != k.Code:
		return knocked{}, ErrForeign
	case !found.Active:
		return knocked{}, ErrOff
	}
	return found, nil
}

// Way is how messages came.
type Way string

// The ways.
const (
	Push   Way = "push"
	File   Way = "file"   // dropped into the folder of the feed
	Upload Way = "upload" // sent by staff
)

// DeliveryState is how far the storing of a delivery is.
type DeliveryState string

// The states: a file is stored in parts, and may break off.
const (
	Storing DeliveryState = "storing"
	Stored  DeliveryState = "stored"
	Failed  DeliveryState = "failed"
)

// Delivery is one call or file.
type Delivery struct {
	ID         int64
	FeedID     int16
	Way        Way
	Name       string // of a file
	By         string // of the staff who sent it
	IP         string
	State      DeliveryState
	ReceivedAt time.Time
	Messages   int    // stored so far
	Reason     string // message key: why a file could not be read to its end
}

// Result is what became of a message of a call.
type Result struct {
	Position int // in the call, from 1
	SourceID string
	Outcome  Outcome
	Reason   string // message key, with Args
	Args     []any
	Detail   string
}

// Take stores what a source sent, all or nothing, and then hands it over as far
// as time allows: the rest comes back as Waiting and is done by jobs. When Take
// returns without an error, everything is stored. An empty call says that the
// source lives and has nothing new.
//
//gate:none Enter judged the source
func (s *Service) Take(ctx context.Context, c Caller, raws [][]byte) (delivery int64, results []Result, err error) {
	d := Delivery{FeedID: c.ID, Way: Push, IP: c.ip, State: Stored, Messages: len(raws)}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		id, due, err := insertDelivery(ctx, tx, d, grace)
		delivery = id
		if err != nil || len(raws) == 0 {
			return err
		}
		return storeMessages(ctx, tx, c.Source, id, due, entries(c.Source, raws, 0))
	})
	if err != nil || len(raws) == 0 {
		return delivery, nil, err
	}
	s.handOver(ctx, c.Source, delivery)
	results, err = resultsOf(ctx, s.DB, delivery)
	if err != nil { // it is stored, and that is what the source must know
		logx.From(ctx).Warn("outcomes of a delivery not read", "delivery", delivery, "error", err.Error())
		results, err = waiting(c.Source, raws), nil
	}
	return delivery, results, err
}

// handOver does what it can in time; what fails here, jobs do again.
func (s *Service) handOver(ctx context.Context, src Source, delivery int64) {
	for start := clock.System(); clock.Since(start) < patience; {
		n, err := s.step(ctx, src, ofDelivery(delivery))
		if err != nil {
			logx.From(ctx).Warn("delivery left to jobs", "delivery", delivery, "error", err.Error())
		}
		if n == 0 || err != nil {
			return
		}
	}
}

// waiting is the answer of which nothing is known but that it is stored.
func waiting(src Source, raws [][]byte) []Result {
	all := make([]Result, len(raws))
	for i, e := range entries(src, raws, 0) {
		all[i] = Result{Position: e.position, SourceID: e.SourceID, Outcome: Waiting}
	}
	return all
}
