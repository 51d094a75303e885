package onboarding

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// ErrNoOrg says that the organization is gone.
var ErrNoOrg = fault.New(fault.NotFound, "fault.not_found")

// Service reads for the start page.
type Service struct{ DB *pgxpool.Pool }

// Event is a line of the log as members of the organization see it.
type Event struct {
	At        time.Time
	ActorKind string // member, staff, system, visitor
	ActorName string
	Action    string
}

// Home is what the start page shows.
type Home struct {
	State  State
	Parts  []Part
	Events []Event  // the last five, newest first; nil for a reader who may not see the log
	Rights perm.Set // of the reader
	At     time.Time
}

// Home reads the start page.
func (s *Service) Home(ctx context.Context, a actor.Actor) (Home, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Home{}, err
	}
	state, events, err := homeOf(ctx, s.DB, a.OrgID, a.MemberID, a.Scope)
	if err != nil {
		return Home{}, err
	}
	if !a.Rights.Has(perm.EventRead) {
		events = nil
	}
	state.reach(a.Scope)
	return Home{State: state, Parts: Checklist(state, a.Rights), Events: events, Rights: a.Rights, At: state.Now}, nil
}

// ErrNoTask says that no task is ticked under this name.
var ErrNoTask = fault.New(fault.NotFound, "fault.not_found")

// Tick is who said that a task was done, and when; the zero Tick is nobody.
type Tick struct {
	By string
	At time.Time
}

// Ticked says who ticked a task of Ticks in the reader's organization.
func (s *Service) Ticked(ctx context.Context, a actor.Actor, task string) (Tick, error) {
	if err := a.Need(perm.OrgEdit); err != nil {
		return Tick{}, err
	}
	if !slices.Contains(Ticks(), task) {
		return Tick{}, ErrNoTask
	}
	return tickOf(ctx, s.DB, a.OrgID, task)
}

// Tick says for the organization that a task of Ticks was done, or that it was not.
func (s *Service) Tick(ctx context.Context, a actor.Actor, task string, done bool) error {
	if err := a.Need(perm.OrgEdit); err != nil {
		return err
	}
	if !slices.Contains(Ticks(), task) {
		return ErrNoTask
	}
	return gate.InTx(ctx, s.DB, a, perm.OrgEdit, func(tx pg.Tx) error {
		was, err := tickOf(ctx, tx, a.OrgID, task)
		if err != nil || !was.At.IsZero() == done {
			return err // said already
		}
		action, change := "setup.check", insertTick
		if !done {
			action, change = "setup.uncheck", deleteTick
		}
		if err := change(ctx, tx, a, task); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: action, Target: "setup:" + task, Details: map[string]any{"task": task}})
	})
}
