package onboarding

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
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
	state, events, at, err := homeOf(ctx, s.DB, a.OrgID, a.MemberID, a.Scope)
	if err != nil {
		return Home{}, err
	}
	if !a.Rights.Has(perm.EventRead) {
		events = nil
	}
	state.reach(a.Scope)
	return Home{State: state, Parts: Checklist(state, a.Rights), Events: events, Rights: a.Rights, At: at}, nil
}
