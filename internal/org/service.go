package org

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
)

// Service is what the operator does with organizations.
type Service struct {
	DB     *pgxpool.Pool
	counts counts
}

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
	known, ask := s.counts.of(c)
	rows, numbers, err := selectPage(ctx, s.DB, c, ask)
	if err != nil {
		return Page{}, err
	}
	p := Page{Counts: known}
	p.Rows, p.Next = page.Cut(rows, c.size, cursorOf)
	for i, st := range ask {
		p.Counts[st] = page.UpTo(countLimit, numbers[i])
		s.counts.saw(c, st, p.Counts[st])
	}
	p.count()
	return p, nil
}

func cursorOf(l Listed) string { return page.Encode(place{l.ID}) }

// count adds up the states.
func (p *Page) count() {
	all := 0
	for _, st := range Statuses() {
		all += p.Counts[st].N
		p.All.More = p.All.More || p.Counts[st].More
	}
	if all > countLimit || p.All.More {
		p.All = page.Count{N: countLimit, More: true}
		return
	}
	p.All.N = all
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
		rows, _, err := selectPage(ctx, s.DB, c, nil)
		if err != nil {
			return err
		}
		rows, next := page.Cut(rows, c.size, cursorOf)
		for _, r := range rows {
			if err := write(r); err != nil {
				return err
			}
		}
		if next == "" {
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
	return ByTIN(ctx, s.DB, tin)
}

// Event is a line of the log about an organization.
type Event struct {
	At     time.Time
	Action string // key of its words after "audit."
	By     string
}

// historySize is how many lines of the log a record shows.
const historySize = 20

// History gives the newest lines of the log about an organization.
func (s *Service) History(ctx context.Context, op actor.Operator, orgID int64) ([]Event, error) {
	if err := op.Need(perm.OpAuditRead); err != nil {
		return nil, err
	}
	lines, _, err := audit.List(ctx, s.DB, audit.Filter{OrgID: orgID, Limit: historySize})
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(lines))
	for i, l := range lines {
		events[i] = Event{At: l.At, Action: l.Action, By: l.ActorName}
	}
	return events, nil
}
