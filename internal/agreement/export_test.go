package agreement

import "context"

// ExpireNow does what the job does.
func (s *Service) ExpireNow(ctx context.Context) error { return s.expire(ctx, ExpireArgs{}) }
