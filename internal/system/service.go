package system

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// Service answers the operator's questions about the portal.
type Service struct {
	DB *pgxpool.Pool

	standings standings
}

// Overview counts what an operator looks at first. Organizations beyond some
// thousands are counted once in ten seconds.
func (s *Service) Overview(ctx context.Context, o actor.Operator) (Overview, error) {
	if err := o.Need(perm.OpOrgRead); err != nil {
		return Overview{}, err
	}
	orgs, err := s.standings.of(ctx, s.DB)
	if err != nil {
		return Overview{}, err
	}
	v, err := overview(ctx, s.DB)
	v.Imported, v.Active, v.Blocked = orgs.imported, orgs.active, orgs.blocked
	return v, err
}

// Jobs gives a page of jobs, newest first, and the cursor of the next page.
func (s *Service) Jobs(ctx context.Context, o actor.Operator, f JobFilter) ([]Job, string, error) {
	if err := o.Need(perm.OpJobRead); err != nil {
		return nil, "", err
	}
	return jobs.List(ctx, s.DB, f)
}

// Job gives one job with its failures.
func (s *Service) Job(ctx context.Context, o actor.Operator, id int64) (JobDetail, error) {
	if err := o.Need(perm.OpJobRead); err != nil {
		return JobDetail{}, err
	}
	return jobs.Get(ctx, s.DB, id)
}

// RetryJob lets a job run again at once.
func (s *Service) RetryJob(ctx context.Context, o actor.Operator, id int64) error {
	return gate.InTx(ctx, s.DB, o, perm.OpJobManage, func(tx pg.Tx) error {
		if err := jobs.RetryTx(ctx, tx, id); err != nil {
			return err
		}
		return recordJob(ctx, tx, o, "job.retry", id)
	})
}

// CancelJob stops a job that has not ended.
func (s *Service) CancelJob(ctx context.Context, o actor.Operator, id int64) error {
	return gate.InTx(ctx, s.DB, o, perm.OpJobManage, func(tx pg.Tx) error {
		if err := jobs.CancelTx(ctx, tx, id); err != nil {
			return err
		}
		return recordJob(ctx, tx, o, "job.cancel", id)
	})
}

func recordJob(ctx context.Context, tx pg.Tx, o actor.Operator, action string, id int64) error {
	return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: action, Target: "job:" + strconv.FormatInt(id, 10)})
}

// Audit gives a page of the log. A tax number that is none, or of nobody, comes
// back as a complaint about the field "tin".
func (s *Service) Audit(ctx context.Context, o actor.Operator, q AuditQuery) (AuditPage, error) {
	if err := o.Need(perm.OpAuditRead); err != nil {
		return AuditPage{}, err
	}
	lines, more, err := s.lines(ctx, q)
	if err != nil {
		return AuditPage{}, err
	}
	p := AuditPage{Lines: lines}
	if more {
		p.Next = page.Encode(lines[len(lines)-1].ID)
	}
	p.Orgs, err = orgsOf(ctx, s.DB, orgIDs(lines))
	return p, err
}

// Export gives the newest lines of the log that fit a query, at most 10,000.
func (s *Service) Export(ctx context.Context, o actor.Operator, q AuditQuery) (AuditPage, error) {
	if err := o.Need(perm.OpAuditRead); err != nil {
		return AuditPage{}, err
	}
	q.Cursor, q.Per = "", maxExport
	return s.Audit(ctx, o, q)
}

func (s *Service) lines(ctx context.Context, q AuditQuery) ([]Line, bool, error) {
	f, tin, err := q.filter()
	if err != nil {
		return nil, false, err
	}
	if tin != "" {
		if f.OrgID, err = orgByTIN(ctx, s.DB, tin); err != nil {
			return nil, false, err
		}
	}
	return audit.List(ctx, s.DB, f)
}

// orgIDs are the organizations that lines are about, each once.
func orgIDs(lines []Line) []int64 {
	seen := map[int64]bool{0: true}
	var ids []int64
	for _, l := range lines {
		if !seen[l.OrgID] {
			seen[l.OrgID] = true
			ids = append(ids, l.OrgID)
		}
	}
	return ids
}
