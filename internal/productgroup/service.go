package productgroup

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
)

// Service is what the operator asks about product groups.
type Service struct {
	DB   *pgxpool.Pool
	kept atomic.Pointer[kept]
}

// kept is the dictionary as it was read.
type kept struct {
	Dictionary
	read time.Time
}

// keptFor is how long pages show the groups as they were read: a new one comes
// about once a year.
const keptFor = time.Minute

// Dictionary gives the groups there are, as they were at most a minute ago.
// What decides by them reads them in its own transaction (LoadDictionary).
//
//gate:none the groups of the marking system are public
func (s *Service) Dictionary(ctx context.Context) (Dictionary, error) {
	if d := s.kept.Load(); d != nil && clock.Since(d.read) < keptFor {
		return d.Dictionary, nil
	}
	d, err := LoadDictionary(ctx, s.DB)
	if err != nil {
		return Dictionary{}, err
	}
	s.kept.Store(&kept{d, clock.System()})
	return d, nil
}

// OfOrg lists the groups of an organization for the operator.
func (s *Service) OfOrg(ctx context.Context, op actor.Operator, orgID int64) ([]OrgGroup, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return OfOrg(ctx, s.DB, orgID)
}
