package member

import "context"

// RunInvite does the job of an invitation once.
func (s *Service) RunInvite(ctx context.Context, args InviteArgs) error { return s.invite(ctx, args) }
