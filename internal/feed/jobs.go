package feed

import (
	"context"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// How often jobs look for what is to be done, and how long they work at once.
const (
	sweepEvery = 10 * time.Second
	scanEvery  = 15 * time.Second
	cleanEvery = time.Hour
	shift      = 45 * time.Second // a job of one minute ends before its time
	fileTime   = time.Hour
	retention  = 30 * 24 * time.Hour // of messages nobody has to decide about
)

// HandArgs asks to hand over what waits of a source.
type HandArgs struct {
	FeedID int16 `json:"feed_id"`
}

// Kind names the job.
func (HandArgs) Kind() string { return "feed.hand" }

// JobSpec lets one job of a source wait or run at a time.
func (HandArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true} }

// SweepArgs asks to look for sources with messages that wait, and for messages
// about organizations that have come.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "feed.sweep" }

// ReplayArgs asks to put the messages of a replay back to wait.
type ReplayArgs struct {
	ReplayID int64 `json:"replay_id"`
}

// Kind names the job.
func (ReplayArgs) Kind() string { return "feed.replay" }

// JobSpec gives it the queue of long work.
func (ReplayArgs) JobSpec() jobs.Spec { return jobs.Spec{Queue: jobs.Bulk, Timeout: fileTime} }

// CleanArgs asks to forget what was settled long ago.
type CleanArgs struct{}

// Kind names the job.
func (CleanArgs) Kind() string { return "feed.clean" }

// JobSpec gives it the queue of long work.
func (CleanArgs) JobSpec() jobs.Spec { return jobs.Spec{Queue: jobs.Bulk, Timeout: fileTime} }

// Register adds the workers of feeds.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[HandArgs](s.hand))
	jobs.Add(r, jobs.Func[SweepArgs](func(ctx context.Context, _ SweepArgs) error { return s.sweep(ctx) }))
	jobs.Add(r, jobs.Func[ReplayArgs](func(ctx context.Context, a ReplayArgs) error { return s.mark(ctx, a.ReplayID) }))
	jobs.Add(r, jobs.Func[CleanArgs](func(ctx context.Context, _ CleanArgs) error { return s.clean(ctx) }))
	r.Every(sweepEvery, SweepArgs{})
	r.Every(cleanEvery, CleanArgs{})
}

// hand hands over what is due of a source. Two at once take different messages.
func (s *Service) hand(ctx context.Context, args HandArgs) error {
	src, err := sourceByID(ctx, s.DB, args.FeedID)
	if err != nil {
		return err
	}
	for start := clock.System(); clock.Since(start) < shift; {
		if n, err := s.step(ctx, src, dueOf(src)); n == 0 || err != nil {
			return err
		}
	}
	return jobs.Snooze(0)
}

// sweep may run twice at once: jobs of a source are unique, and organizations
// that have come are claimed.
func (s *Service) sweep(ctx context.Context) error {
	if err := s.welcome(ctx); err != nil {
		return err
	}
	ids, err := dueSources(ctx, s.DB)
	if err != nil || len(ids) == 0 {
		return err
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		for _, id := range ids {
			if err := jobs.Enqueue(ctx, tx, HandArgs{FeedID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// welcomed is how many messages about new organizations wait again at once.
const welcomed = 5000

// welcome hands messages over again whose organization has come. What its sink
// still does not want rests for an hour.
func (s *Service) welcome(ctx context.Context) error {
	for n := welcomed; n == welcomed && ctx.Err() == nil; {
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
			arrived, err := arrivedTINs(ctx, tx)
			if n = 0; err != nil || len(arrived) == 0 {
				return err
			}
			if n, err = againByTIN(ctx, tx, arrived, welcomed); err != nil || n == welcomed {
				return err // the rest of them in the next turn
			}
			return noteTried(ctx, tx, arrived)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// clean may run twice at once: each deletes what the other left.
func (s *Service) clean(ctx context.Context) error {
	for n := 1; n > 0 && ctx.Err() == nil; {
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			n, err = dropOld(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
