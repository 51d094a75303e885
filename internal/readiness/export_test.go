package readiness

import (
	"context"

	"kabinet/internal/notice"
)

// SendNow does what the job of a reminder does.
func (s *Service) SendNow(ctx context.Context, id int64) error {
	return s.remind(ctx, RemindArgs{ID: id})
}

// Letter is the reminder of a step.
func Letter(orgID int64, step string) notice.Notice { return letter(orgID, step) }
