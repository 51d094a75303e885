package member

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/seal"
)

// Service keeps the users of organizations.
type Service struct {
	DB       *pgxpool.Pool
	Box      *seal.Box
	Inviter  Inviter
	Revokers []Revoker
}
