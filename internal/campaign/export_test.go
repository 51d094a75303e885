package campaign

import (
	"context"

	"kabinet/internal/platform/seal"
)

// Doors for tests that do a job's work without a runner.

func (s *Service) SendNow(ctx context.Context, refs ...Ref) error { return s.sendAll(ctx, refs) }

func (s *Service) ChooseSlice(ctx context.Context, id int64) (bool, error) {
	return s.chooseSlice(ctx, id)
}

func (s *Service) RemindNow(ctx context.Context) error { return s.remind(ctx, RemindArgs{}) }

func (s *Service) ExpireNow(ctx context.Context) error { return s.expire(ctx, ExpireArgs{}) }

// KeysOf gives token and code of a letter as they are sent.
func KeysOf(box *seal.Box, seed []byte, orgID, letterID int64) (token, code string) {
	k := newKeys(box, seed, orgID, letterID)
	return k.token, grouped(k.code)
}

const StartSlice = startSlice
