package document

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// Service keeps the inbox.
type Service struct {
	DB       *pgxpool.Pool
	Proof    *proof.Service
	Accounts *account.Service
	Host     string   // of the portal: stands in what is signed
	Operator Operator // of e-documents, who is told the answers
	Customs  Customs  // keeps the AICs that declarations name; nil: nobody does
	// Came hears that a document brought codes to an organization; nil: nobody listens.
	Came func(ctx context.Context, tx pg.Tx, orgID int64) error
}

// Source is a feed as pages name it.
type Source struct {
	Feed string
	Name string // "" when nobody has named it
	AsOf time.Time
	Late bool // nothing came for longer than is usual
}

func (s *Service) client(a actor.Actor) eds.Client {
	return eds.Client{Host: s.Host, IP: a.Origin.IP}
}
