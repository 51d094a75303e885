package notice

import "context"

// Work does what the job does.
func (s *Service) Work(ctx context.Context, a SendArgs) error { return s.send(ctx, a) }
