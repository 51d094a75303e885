package readiness

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"kabinet/internal/onboarding"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// Sizes of what one statement, one transaction, one round and one run look at.
const (
	slice      = 1000
	perTx      = 5000
	perRound   = 10_000 // organizations of a sort
	rounds     = 30     // the next minute's run goes on
	lineLimit  = 5_000  // lines of the audit log
	settleTime = 2 * time.Minute
)

// RefreshArgs asks to look anew at organizations that changed.
type RefreshArgs struct{}

// Kind names the job.
func (RefreshArgs) Kind() string { return "readiness.refresh" }

// JobSpec lets the next minute's run make up for a failed one.
func (RefreshArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Unique: true, Timeout: 10 * time.Minute, Retry: jobs.Once()}
}

// Refresh does what the job does: who changed, who is new, who was not looked at
// for a day.
//
//gate:none a job of the portal itself
func (s *Service) Refresh(ctx context.Context) error { return s.refresh(ctx, RefreshArgs{}) }

func (s *Service) refresh(ctx context.Context, _ RefreshArgs) error {
	l := newLens()
	for range rounds {
		more, err := s.round(ctx, l)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// round looks at some of who changed, who is new and who is stale: however many there
// are of one sort, the others are seen soon. There may be more to look at.
func (s *Service) round(ctx context.Context, l lens) (more bool, err error) {
	for _, find := range []finder{changed, added, stale} {
		others, err := s.some(ctx, l, find)
		if err != nil {
			return false, err
		}
		more = more || others
	}
	return more, pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return markRun(ctx, tx) })
}

// some looks at perRound organizations of a finder, and says whether there are others.
func (s *Service) some(ctx context.Context, l lens, find finder) (more bool, err error) {
	for done := 0; done < perRound; {
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) (err error) {
			var n int
			n, more, err = refreshSome(ctx, tx, find, l)
			done += n
			return err
		})
		if err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

// finder gives organizations to look at, and whether there are more.
type finder func(context.Context, pg.Tx, marks) (ids []int64, more bool, err error)

func refreshSome(ctx context.Context, tx pg.Tx, find finder, l lens) (n int, more bool, err error) {
	m, err := lockMarks(ctx, tx)
	if err != nil {
		return 0, false, err
	}
	ids, more, err := find(ctx, tx, m)
	if err != nil {
		return 0, false, err
	}
	for some := range slices.Chunk(ids, slice) {
		if err := refreshTx(ctx, tx, some, l); err != nil {
			return 0, false, err
		}
	}
	return len(ids), more, nil
}

// kept is a row of org_readiness.
type kept struct {
	OrgID  int64
	Region string
	Groups []int16
	States string
	Stuck  string
	Since  time.Time
}

// refreshTx looks at organizations by the rules of Home and keeps rows and counts
// of them. The caller holds the marks, so nobody else counts.
func refreshTx(ctx context.Context, tx pg.Tx, ids []int64, l lens) error {
	before, err := keptOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	standings, err := onboarding.StandingsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	delta := counts{}
	rows := make([]kept, 0, len(standings))
	for _, s := range standings {
		now := l.keep(s)
		if was, ok := before[s.OrgID]; ok {
			delta.add(was, -1)
			if was.Stuck == now.Stuck {
				now.Since = was.Since
			} else {
				now.Since = s.Now
			}
		}
		delta.add(now, 1)
		rows = append(rows, now)
	}
	if err := putRows(ctx, tx, rows); err != nil {
		return err
	}
	return delta.put(ctx, tx)
}

// keep sums an organization up. One that is new to us is taken to stand where it
// does since the last thing that is known to have been done.
func (l lens) keep(s onboarding.Standing) kept {
	k := kept{OrgID: s.OrgID, Region: s.Region, Since: s.Settled()}
	k.Stuck, k.States = l.look(s.State)
	if k.Since.IsZero() {
		k.Since = s.Now
	}
	for _, g := range s.Groups {
		k.Groups = append(k.Groups, g.ID)
	}
	slices.Sort(k.Groups)
	return k
}

// counts are what the numbers of organizations change by.
type counts map[place]int64

// place is one number: group 0 counts each organization once.
type place struct {
	stuck, region string
	group         int16
	week          time.Time // Monday, UTC
}

// weekOf is the Monday of a moment's week.
func weekOf(t time.Time) time.Time {
	t = t.UTC().Truncate(24 * time.Hour)
	return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
}

func (c counts) add(k kept, n int64) {
	week := weekOf(k.Since)
	c[place{k.Stuck, k.Region, 0, week}] += n
	for _, g := range k.Groups {
		c[place{k.Stuck, k.Region, g, week}] += n
	}
}

// put keeps what changed.
func (c counts) put(ctx context.Context, tx pg.Tx) error {
	places := slices.SortedFunc(maps.Keys(c), func(a, b place) int {
		if n := strings.Compare(a.stuck, b.stuck); n != 0 {
			return n
		}
		if n := strings.Compare(a.region, b.region); n != 0 {
			return n
		}
		if a.group != b.group {
			return int(a.group) - int(b.group)
		}
		return a.week.Compare(b.week)
	})
	places = slices.DeleteFunc(places, func(p place) bool { return c[p] == 0 })
	return addCounts(ctx, tx, places, c)
}
