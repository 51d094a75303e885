package provider

import "context"

// Expire does what the job does.
func (s *Service) Expire(ctx context.Context) error { return s.expire(ctx, ExpireArgs{}) }
