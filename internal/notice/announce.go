package notice

import (
	"context"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// AnnounceArgs asks for letters about an announcement to those members, behind
// the one named, who want its kind by mail.
type AnnounceArgs struct {
	ID     int64 `json:"id"`
	Org    int64 `json:"org"`
	Member int64 `json:"member"`
}

// Kind names the job.
func (AnnounceArgs) Kind() string { return "notice.announce" }

// JobSpec keeps it from what people wait for.
func (AnnounceArgs) JobSpec() jobs.Spec { return jobs.Spec{Queue: jobs.Bulk, Priority: 3} }

// announceSlice is how many members one transaction of the job takes.
const announceSlice = 1000

// announce stores an announcement and asks for its letters.
func announce(ctx context.Context, tx pg.Tx, source string, until time.Time, n Notice) error {
	id, fresh, err := insertAnnouncement(ctx, tx, source, until, n)
	if err != nil || !fresh {
		return err
	}
	return jobs.Enqueue(ctx, tx, AnnounceArgs{ID: id})
}

// announced writes the letters of one slice and asks for the next in the same
// transaction. Running twice writes none twice: a member has one letter of an
// announcement.
func (s *Service) announced(ctx context.Context, a AnnounceArgs) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		n, live, err := lockAnnouncement(ctx, tx, a.ID)
		if err != nil || !live {
			return err
		}
		readers, err := wanting(ctx, tx, n.Kind, a, announceSlice)
		if err != nil || len(readers) == 0 {
			return err
		}
		if err := insertForReaders(ctx, tx, a.ID, n, readers); err != nil {
			return err
		}
		last := readers[len(readers)-1]
		return jobs.Enqueue(ctx, tx, AnnounceArgs{ID: a.ID, Org: last.Org, Member: last.Member})
	})
}
