package member

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/seal"
)

// Service keeps the users of organizations.
type Service struct {
	DB       *pgxpool.Pool
	Box      *seal.Box
	Inviter  Inviter
	Revokers []Revoker
}

// List gives one page of the organization's users, and how many there are in
// each state.
func (s *Service) List(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Page{}, err
	}
	c, err := f.open()
	if err != nil {
		return Page{}, err
	}
	rows, err := selectPage(ctx, s.DB, a.OrgID, c)
	if err != nil {
		return Page{}, err
	}
	var p Page
	p.Rows, p.Next = page.Cut(rows, c.size, cursorOf)
	p.All, p.Counts, err = countPage(ctx, s.DB, a.OrgID, c)
	return p, err
}

func cursorOf(l Listed) string { return page.Encode(mark{l.Names.Uz, l.ID}) }

// exportSize is how many rows one statement of an export reads.
const exportSize = 500

// Export gives every user a filter chooses to write, in the order of the list.
// Each statement is short, so an export of any length holds nothing up.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter, write func(Listed) error) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	return s.each(ctx, a.OrgID, f, write)
}

func (s *Service) each(ctx context.Context, orgID int64, f Filter, write func(Listed) error) error {
	f.After, f.Size = "", exportSize
	c, err := f.open()
	if err != nil {
		return err
	}
	for {
		rows, err := selectPage(ctx, s.DB, orgID, c)
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
		last := rows[len(rows)-1]
		c.after = mark{last.Names.Uz, last.ID}
	}
}

// Matrix gives one page of who can do what, which everybody in the organization
// may read: only people who can act, by name.
func (s *Service) Matrix(ctx context.Context, a actor.Actor, after string, size int) (Page, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Page{}, err
	}
	c, err := Filter{Status: Active, After: after, Size: size}.open()
	if err != nil {
		return Page{}, err
	}
	rows, err := selectPage(ctx, s.DB, a.OrgID, c)
	if err != nil {
		return Page{}, err
	}
	var p Page
	p.Rows, p.Next = page.Cut(rows, c.size, cursorOf)
	p.All, p.Counts, err = countPage(ctx, s.DB, a.OrgID, c)
	return p, err
}

// ExportMatrix gives everybody who can act to write, by name.
func (s *Service) ExportMatrix(ctx context.Context, a actor.Actor, write func(Listed) error) error {
	if err := a.Need(perm.OrgRead); err != nil {
		return err
	}
	return s.each(ctx, a.OrgID, Filter{Status: Active}, write)
}

// Get gives one user, or ErrUnknown, which is also the answer for users of
// other organizations.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (User, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return User{}, err
	}
	u, err := byID(ctx, s.DB, a.OrgID, id)
	if err != nil {
		return User{}, err
	}
	return u, s.open(&u)
}

// Me gives the actor's own membership.
func (s *Service) Me(ctx context.Context, a actor.Actor) (User, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return User{}, err
	}
	return byID(ctx, s.DB, a.OrgID, a.MemberID)
}

// open unseals the personal number.
func (s *Service) open(u *User) error {
	if len(u.sealed) == 0 {
		return nil
	}
	plain, err := s.Box.Open(taxid.PINFLPurpose, u.sealed, binding(u.OrgID, u.ID))
	u.PINFL = taxid.PINFL(plain)
	return err
}

// Choices are what a user can be given in the organization.
func (s *Service) Choices(ctx context.Context, a actor.Actor) (Choices, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Choices{}, err
	}
	return choices(ctx, s.DB, a.OrgID)
}

// Admins lists the administrators of the actor's organization, for a refusal.
func (s *Service) Admins(ctx context.Context, a actor.Actor) ([]Admin, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	return admins(ctx, s.DB, a.OrgID)
}

// Event is a line of the log about a user.
type Event struct {
	At      time.Time
	Action  string // key of its words after "audit."
	By      string
	Details []byte // JSON
}

// historySize is how many lines of the log a record shows.
const historySize = 30

// History gives the newest lines of the log about a user.
func (s *Service) History(ctx context.Context, a actor.Actor, id int64) ([]Event, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return nil, err
	}
	lines, _, err := audit.List(ctx, s.DB, audit.Filter{OrgID: a.OrgID, Target: target(id), Limit: historySize})
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(lines))
	for i, l := range lines {
		events[i] = Event{At: l.At, Action: l.Action, By: l.ActorName, Details: l.Details}
	}
	return events, nil
}
