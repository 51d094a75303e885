package feed

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Service takes deliveries in and lets staff look after them.
type Service struct {
	DB    *pgxpool.Pool
	Sinks map[string]Sink // by kind; messages of a kind without one wait
}

// Health is how a source is doing.
type Health struct {
	Source
	State    State
	LastAt   time.Time       // when it was heard last; zero: never
	Now      time.Time       // of the database
	Counts   map[Outcome]int // handed over in the last 24 hours
	Waiting  int             // stored and not handed over
	Oldest   time.Time       // since when the oldest of them waits
	Aside    map[Outcome]int // waiting for a decision
	P95      time.Duration   // of handing one over, in the last 24 hours; 0: nothing was
	Open     int             // tokens that are valid
	Capacity bool            // there is a sink
}

// SetAside is how many messages wait for a decision.
func (h Health) SetAside() (n int) {
	for _, c := range h.Aside {
		n += c
	}
	return n
}

// Overview gives all sources.
func (s *Service) Overview(ctx context.Context, o actor.Operator) ([]Health, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return nil, err
	}
	return s.health(ctx, "")
}

// One gives a source by its code, or ErrNotFound.
func (s *Service) One(ctx context.Context, o actor.Operator, code string) (Health, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return Health{}, err
	}
	all, err := s.health(ctx, code)
	switch {
	case err != nil:
		return Health{}, err
	case len(all) == 0:
		return Health{}, ErrNotFound
	}
	return all[0], nil
}

func (s *Service) health(ctx context.Context, code string) ([]Health, error) {
	all, err := healthOf(ctx, s.DB, code)
	for i := range all {
		_, all[i].Capacity = s.Sinks[all[i].Kind]
	}
	return all, err
}

// Create adds a source.
func (s *Service) Create(ctx context.Context, o actor.Operator, d Draft) (Source, error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return Source{}, err
	}
	d.Active = true
	src, err := d.Open()
	if err != nil {
		return Source{}, err
	}
	err = gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		if src.ID, err = insertSource(ctx, tx, o.Name, src); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.create", Target: target(src), Details: map[string]any{
			"kind": src.Kind, "expected_minutes": int(src.Expected / time.Minute), "addresses": src.Addresses,
		}})
	})
	return src, err
}

// Change changes names, interval, addresses, and whether the source may deliver.
// Code and kind stay what they are: messages carry them.
func (s *Service) Change(ctx context.Context, o actor.Operator, code string, d Draft) error {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		was, err := lockSource(ctx, tx, code)
		if err != nil {
			return err
		}
		d.Code, d.Kind = was.Code, was.Kind
		now, err := d.Open()
		switch {
		case err != nil:
			return err
		case d.Version != was.Version:
			return ErrChanged
		}
		now.ID = was.ID
		if err := updateSource(ctx, tx, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.change", Target: target(was), Details: changes(was, now)})
	})
}

// changes are the fields that differ, before and after.
func changes(was, now Source) map[string]any {
	all := map[string]any{}
	for _, f := range []struct {
		name          string
		before, after any
		differ        bool
	}{
		{"name_uz", was.NameUz, now.NameUz, was.NameUz != now.NameUz},
		{"name_ru", was.NameRu, now.NameRu, was.NameRu != now.NameRu},
		{"name_en", was.NameEn, now.NameEn, was.NameEn != now.NameEn},
		{"expected_minutes", int(was.Expected / time.Minute), int(now.Expected / time.Minute), was.Expected != now.Expected},
		{"active", was.Active, now.Active, was.Active != now.Active},
		{"addresses", was.Addresses, now.Addresses, !slices.Equal(was.Addresses, now.Addresses)},
	} {
		if f.differ {
			all[f.name] = map[string]any{"before": f.before, "after": f.after}
		}
	}
	return all
}

func target(s Source) string { return "feed:" + s.Code }

func messageTarget(id int64) string { return "feed_message:" + strconv.FormatInt(id, 10) }
