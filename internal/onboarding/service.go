package onboarding

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
)

// ErrNoOrg says that the organization is gone.
var ErrNoOrg = fault.New(fault.NotFound, "fault.not_found")

// Service reads for the start page and the summary of the organization.
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
	Events []Event // the last five, newest first
	At     time.Time
}

// Home reads the start page.
func (s *Service) Home(ctx context.Context, a actor.Actor) (Home, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Home{}, err
	}
	state, events, at, err := homeOf(ctx, s.DB, a.OrgID, a.MemberID)
	if err != nil {
		return Home{}, err
	}
	state.reach(a.Scope)
	return Home{State: state, Parts: Checklist(state, a.Rights), Events: events, At: at}, nil
}

// Summary is all that is kept about an organization, to be read.
type Summary struct {
	TIN                    taxid.TIN
	LegalForm              org.Form
	NameUz, NameRu, NameEn string
	Director               string
	Email, Phone           string
	Region                 string // code, see core/region
	District, Street       string
	Language               string
	ActivatedAt            *time.Time
	UpdatedAt              time.Time

	Groups   []SummaryGroup
	Places   []SummaryPlace
	Prefixes []SummaryPrefix
	Users    []SummaryUser
}

// SummaryGroup is a product group of the organization.
type SummaryGroup struct {
	Group
	ConnectedAt time.Time
}

// SummaryPlace is a place of business.
type SummaryPlace struct {
	ID                       int32
	Name                     string
	Activities               []string
	Region, District, Street string
	Main                     bool
	Status                   string
}

// SummaryPrefix is a GS1 company prefix.
type SummaryPrefix struct {
	Prefix       string
	Status       string
	RegisteredAt time.Time
}

// SummaryUser is a user of the organization.
type SummaryUser struct {
	ID       int64
	Name     string
	Position string
	Email    string
	Status   string
	Roles    []string
}

// Summary reads what is kept about the reader's organization, each list up to
// 200 lines; longer ones get a page of their own.
func (s *Service) Summary(ctx context.Context, a actor.Actor) (Summary, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Summary{}, err
	}
	return summaryOf(ctx, s.DB, a.OrgID)
}
