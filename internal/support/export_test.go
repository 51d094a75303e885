package support

import "context"

// CloseDue is what the job does.
func (s *Service) CloseDue(ctx context.Context) error { return s.close(ctx, CloseArgs{}) }

// SumDays is what the other job does.
func (s *Service) SumDays(ctx context.Context) error { return s.sumDays(ctx, DaysArgs{}) }

// Limits, for tests that reach them.
const (
	OpenOfOne   = openOfOne
	HourOfOne   = hourOfOne
	MaxMessages = maxMessages
)
