package org

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
)

// Service is what the operator does with organizations.
type Service struct{ db *pgxpool.Pool }

// NewService makes one.
func NewService(db *pgxpool.Pool) *Service { return &Service{db: db} }

// List gives one page of the organizations a filter chooses, and how many
// there are in each state.
func (s *Service) List(ctx context.Context, op actor.Operator, f Filter) (Page, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Page{}, err
	}
	c, err := f.open()
	if err != nil {
		return Page{}, err
	}
	rows, more, err := selectPage(ctx, s.db, c)
	if err != nil {
		return Page{}, err
	}
	counts, err := countByStatus(ctx, s.db, c)
	if err != nil {
		return Page{}, err
	}
	p := Page{Rows: rows, Counts: map[Status]Count{}}
	if more {
		p.Next = page.Encode(place{ID: rows[len(rows)-1].ID})
	}
	for st, n := range counts {
		p.Counts[st] = capped(n)
		p.All.N += n
	}
	p.All = capped(p.All.N)
	return p, nil
}

func capped(n int) Count {
	if n > countLimit {
		return Count{N: countLimit, More: true}
	}
	return Count{N: n}
}

// exportSize is how many rows one statement of an export reads.
const exportSize = 1000

// Export gives every organization a filter chooses to write, in the order of
// the list. Each statement is short, so an export of any length holds nothing
// up; what changes meanwhile may be in it or not.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter, write func(Listed) error) error {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return err
	}
	f.After, f.Size = "", exportSize
	c, err := f.open()
	if err != nil {
		return err
	}
	for {
		rows, more, err := selectPage(ctx, s.db, c)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := write(r); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		c.before = rows[len(rows)-1].ID
	}
}

// Record gives an organization by its tax number, or ErrNotFound; a number
// that cannot be one is not found either.
func (s *Service) Record(ctx context.Context, op actor.Operator, number string) (Org, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return Org{}, err
	}
	tin, err := taxid.ParseTIN(number)
	if err != nil {
		return Org{}, ErrNotFound
	}
	return ByTIN(ctx, s.db, tin)
}
