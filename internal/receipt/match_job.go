package receipt

import (
	"context"
	"math"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// slice is how many receipts one transaction looks at anew.
const slice = 200

// rematched is how old a receipt may be and still be looked at anew by itself.
const rematched = 90 * 24 * time.Hour

// MatchArgs asks to look anew at receipts that do not fit: a card may have been
// made since, or a document have come.
type MatchArgs struct {
	OrgID int64 `json:"org_id,omitempty"` // 0: of every organization
}

// Kind names the job.
func (MatchArgs) Kind() string { return "receipt.match" }

// JobSpec lets the next hour's run make up for a failed one.
func (MatchArgs) JobSpec() jobs.Spec { return jobs.Spec{Unique: true, Retry: jobs.Once()} }

// Register adds the worker and what comes around by itself.
func Register(r *jobs.Runner, s *Service) {
	jobs.Add(r, jobs.Func[MatchArgs](s.Match))
	r.Every(time.Hour, MatchArgs{})
}

// LookAgainTx asks for a look at receipts with codes that came to an organization by
// no document, when one has come.
//
//gate:none what another feature says of a document of the organization
func (s *Service) LookAgainTx(ctx context.Context, tx pg.Tx, orgID int64) error {
	some, err := anyUnknown(ctx, tx, orgID)
	if err != nil || !some {
		return err
	}
	return jobs.Enqueue(ctx, tx, MatchArgs{OrgID: orgID})
}

// Match looks anew at the receipts of the last 90 days that do not fit. It may run
// twice at once: rows that one holds the other leaves alone.
//
//gate:none a job of the portal itself
func (s *Service) Match(ctx context.Context, of MatchArgs) error {
	at, last := place{orgID: of.OrgID}, of.OrgID
	if last == 0 {
		last = math.MaxInt64
	}
	for {
		var done int
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			done, err = s.matchSome(ctx, tx, &at, last)
			return err
		})
		if err != nil || done == 0 {
			return err
		}
	}
}

// matchSome looks at those beyond a place, up to those of the last organization, and
// moves it on.
func (s *Service) matchSome(ctx context.Context, tx pg.Tx, at *place, last int64) (int, error) {
	some, err := lockTroubled(ctx, tx, *at, last, slice)
	if err != nil {
		return 0, err
	}
	about, err := s.weigh(ctx, tx, some)
	if err != nil {
		return 0, err
	}
	var changed []Receipt
	for i, r := range some {
		*at = place{r.OrgID, r.IssuedAt, r.ID}
		if now := about[i]; now.trouble != r.Trouble {
			r.Trouble, r.Groups = now.trouble, now.groups
			changed = append(changed, r)
		}
	}
	return len(some), markMatched(ctx, tx, changed)
}
