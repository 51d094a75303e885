package document

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/eds"
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
