package card

import (
	"context"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// Dropped photos are looked for so often, and deleted so many in a transaction.
const (
	sweepEvery = time.Hour
	sweepBatch = 50
)

// SweepArgs asks to delete photos that no version names any more.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "card.sweep_photos" }

// RegisterPhotos adds the worker that clears photos away.
func RegisterPhotos(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[SweepArgs](s.sweep))
	r.Every(sweepEvery, SweepArgs{})
}

// sweep goes on until nothing is left.
func (s *Service) sweep(ctx context.Context, _ SweepArgs) error {
	for n := sweepBatch; n == sweepBatch; {
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			n, err = sweepPhotosTx(ctx, tx, sweepBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
