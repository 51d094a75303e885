package readiness

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
)

// Service keeps and shows where organizations stand.
type Service struct{ DB *pgxpool.Pool }

// exportLimit is how many rows a file has at most.
const exportLimit = 20_000

// Overview says how many organizations are stuck where.
func (s *Service) Overview(ctx context.Context, op actor.Operator, f Filter) (Overview, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Overview{}, err
	}
	f = f.Clean()
	f.Step = "" // the overview is over all of them
	by, at, err := countSteps(ctx, s.DB, f)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{At: at, Settled: by[Settled]}
	for _, step := range Steps() {
		o.Bars = append(o.Bars, Bar{Step: step, N: by[step]})
	}
	for _, n := range by {
		o.Total += n
	}
	return o, nil
}

// Page is one page of the organizations at a step.
type Page struct {
	Rows []Row
	Next string // cursor of the next page; empty on the last one
}

// List gives one page of the organizations at a step, those that have been stuck
// for the longest time first.
func (s *Service) List(ctx context.Context, op actor.Operator, f Filter) (Page, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Page{}, err
	}
	f = f.Clean()
	var after cursor
	if err := page.Decode(f.After, &after); err != nil {
		return Page{}, err
	}
	rows, err := list(ctx, s.DB, f, after, f.Size+1)
	var p Page
	p.Rows, p.Next = page.Cut(rows, f.Size, func(r Row) string { return page.Encode(cursor{r.Since, r.OrgID}) })
	return p, err
}

// Export gives the organizations at a step, at most 20,000.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter) ([]Row, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return list(ctx, s.DB, f.Clean(), cursor{}, exportLimit)
}
