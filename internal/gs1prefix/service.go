package gs1prefix

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
)

// Service is what the operator asks about prefixes.
type Service struct{ DB *pgxpool.Pool }

// OfOrg lists the prefixes of an organization for the operator.
func (s *Service) OfOrg(ctx context.Context, op actor.Operator, orgID int64) ([]Prefix, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return OfOrg(ctx, s.DB, orgID)
}
