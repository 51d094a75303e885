package document

import "context"

// What a job does, for tests.
func (s *Service) Expire(ctx context.Context) error  { return s.expire(ctx, ExpireArgs{}) }
func (s *Service) Remind(ctx context.Context) error  { return s.remind(ctx, RemindArgs{}) }
func (s *Service) Deliver(ctx context.Context) error { return s.deliver(ctx, DeliverArgs{}) }
func (s *Service) Welcome(ctx context.Context) error { return s.welcome(ctx, WelcomeArgs{}) }
