package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
)

const (
	startSlice   = 1000 // organizations chosen in one transaction
	sendSlice    = 100  // letters in one job: few enough to be worked side by side
	expireSlice  = 1000
	startBudget  = 30 * time.Second
	remindBudget = 10 * time.Minute
)

// Ref names a letter in the arguments of a job.
type Ref struct {
	OrgID int64 `json:"org"`
	ID    int64 `json:"id"`
}

// StartArgs asks to choose the organizations of a campaign.
type StartArgs struct {
	CampaignID int64 `json:"campaign_id"`
}

// Kind names the job.
func (StartArgs) Kind() string { return "campaign.start" }

// JobSpec keeps the choosing of 300,000 organizations out of the way of others.
func (StartArgs) JobSpec() jobs.Spec { return jobs.Spec{Queue: jobs.Bulk, Unique: true} }

// SendArgs asks to send letters; whichever of them is no longer queued is left
// alone.
type SendArgs struct {
	Letters []Ref `json:"letters"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "letter.send" }

// JobSpec tries until the relay is back. A relay that was away for an hour gets
// everything within minutes.
func (SendArgs) JobSpec() jobs.Spec {
	return jobs.Spec{
		Queue: jobs.Mail, Priority: 2, Timeout: 100 * time.Second,
		Retry: jobs.Schedule{
			Delays: []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute},
			Every:  10 * time.Minute,
			For:    Lifetime,
		},
	}
}

// ExpireArgs asks to end letters whose seven days are over.
type ExpireArgs struct{}

// Kind names the job.
func (ExpireArgs) Kind() string { return "letter.expire" }

// RemindArgs asks to remind whoever did not activate.
type RemindArgs struct{}

// Kind names the job.
func (RemindArgs) Kind() string { return "letter.remind" }

// JobSpec gives the reminders of an hour time; the next hour tries again.
func (RemindArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Mail, Priority: 3, Timeout: remindBudget + 2*time.Minute, Retry: jobs.Once()}
}

// Register adds the workers of this package and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[StartArgs](s.choose))
	jobs.Add(r, jobs.Func[SendArgs](s.send))
	jobs.Add(r, jobs.Func[ExpireArgs](s.expire))
	jobs.Add(r, jobs.Func[RemindArgs](s.remind))
	r.Every(5*time.Minute, ExpireArgs{})
	r.Every(time.Hour, RemindArgs{})
}

// choose goes through the organizations of a campaign, a slice in each
// transaction, and notes in the campaign's row how far it came. Running twice,
// or again after a kill, goes on there; two at once take turns at the row.
func (s *Service) choose(ctx context.Context, args StartArgs) error {
	enough := time.NewTimer(startBudget)
	defer enough.Stop()
	for {
		more, err := s.chooseSlice(ctx, args.CampaignID)
		if err != nil || !more {
			return err
		}
		select {
		case <-enough.C:
			return jobs.Snooze(0)
		default:
		}
	}
}

// errEarly says that this machine's clock is ahead of the database's.
var errEarly = errors.New("the campaign is not open yet")

func (s *Service) chooseSlice(ctx context.Context, campaignID int64) (more bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx pg.Tx) error {
		p, ok, err := holdStarting(ctx, tx, campaignID)
		if err != nil || !ok {
			more = false
			return err
		}
		if !p.Opened {
			return errEarly
		}
		to, err := recipientsAfter(ctx, tx, p.Selection, p.NextOrg, startSlice)
		if err != nil {
			return err
		}
		more = len(to) == startSlice
		return s.sendTo(ctx, tx, campaignID, p, to)
	})
	if errors.Is(err, errEarly) {
		return false, jobs.Snooze(time.Second)
	}
	return more, err
}

// sendTo queues the letters of a slice and their jobs, and notes the progress.
func (s *Service) sendTo(ctx context.Context, tx pg.Tx, campaignID int64, p progress, to []recipient) error {
	last := len(to) < startSlice
	if len(to) == 0 {
		return keepProgress(ctx, tx, campaignID, p.NextOrg, 0, 0, last)
	}
	refs, err := s.queue(ctx, tx, campaignID, p.Kind, &p.ClosesAt, to)
	if err != nil {
		return err
	}
	var sends []SendArgs
	for slice := range slices.Chunk(refs, sendSlice) {
		sends = append(sends, SendArgs{Letters: slice})
	}
	if err := jobs.EnqueueMany(ctx, tx, sends); err != nil {
		return err
	}
	return keepProgress(ctx, tx, campaignID, to[len(to)-1].OrgID, len(to), len(to)-len(refs), last)
}

// send does what its arguments ask. Running twice, even at the same time, sends
// at most a second copy with the same code and Message-ID.
func (s *Service) send(ctx context.Context, args SendArgs) error { return s.sendAll(ctx, args.Letters) }

// expire ends letters until none is over. It decides nothing: a letter opens
// nothing from the moment its days are over, however late this job is.
func (s *Service) expire(ctx context.Context, _ ExpireArgs) error {
	return pg.InSlices(ctx, s.db, func(ctx context.Context, tx pg.Tx) (int64, error) { return expireSome(ctx, tx, expireSlice) })
}

// remind sends the reminders that are due. Each is noted before it leaves, so
// running twice, or in two processes, sends none twice; a process killed in
// between loses at most a chunk of them. Those the relay put off are given back
// at the end: the next hour tries them again.
func (s *Service) remind(ctx context.Context, _ RemindArgs) (err error) {
	ctx, cancel := context.WithTimeout(ctx, remindBudget)
	defer cancel()
	var later []outcome
	defer func() { err = errors.Join(err, s.giveBack(ctx, later)) }()
	for ctx.Err() == nil {
		copies, err := s.claimChunk(ctx)
		if err != nil || len(copies) == 0 {
			return err
		}
		failed, err := s.deliverAll(ctx, copies)
		later = append(later, failed...)
		if err != nil {
			return err
		}
		if relayDown(copies, failed) {
			return fmt.Errorf("%w, the relay takes none: %w", errLeft, failed[0].err)
		}
	}
	return nil
}

func (s *Service) claimChunk(ctx context.Context) (copies []copyOf, err error) {
	err = pg.InTx(ctx, s.db, func(tx pg.Tx) error {
		copies, err = claimReminders(ctx, tx, chunkLetters)
		return err
	})
	return copies, err
}

// giveBack makes reminders due again, save those that may have arrived.
func (s *Service) giveBack(ctx context.Context, failed []outcome) error {
	var refs []Ref
	var numbers []int
	for _, o := range failed {
		if !errors.Is(o.err, mail.ErrUnacknowledged) {
			refs, numbers = append(refs, Ref{OrgID: o.OrgID, ID: o.ID}), append(numbers, o.Reminder)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	return pg.InTx(ctx, s.db, func(tx pg.Tx) error { return unclaimReminders(ctx, tx, refs, numbers) })
}
