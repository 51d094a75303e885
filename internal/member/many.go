package member

import (
	"context"
	"slices"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
)

// Many is an act on several users at once (ux.md 2.2).
type Many string

// The acts, in the order of the list's buttons.
const (
	ManyInvite Many = "invite"
	ManyRole   Many = "role"
	ManyBlock  Many = "block"
)

// Manies lists them.
func Manies() []Many { return []Many{ManyInvite, ManyRole, ManyBlock} }

// MaxMany is how many users one act takes: the longest page of the list.
const MaxMany = 100

// Why an act leaves a user out; the other reasons are those of the act on one.
var (
	ErrSelf    = fault.New(fault.Invalid, "member.many.self")
	ErrHasRole = fault.New(fault.Invalid, "member.many.has_role")
)

// Selection is users picked one by one, or all that a filter chooses.
type Selection struct {
	IDs    []int64
	All    bool
	Filter Filter
}

// Order is what is to be done with several users.
type Order struct {
	Act    Many
	Reason string    // of a block
	Role   perm.Role // that they are given; empty while it is not chosen
}

// Skipped is a user with whom an act is not done.
type Skipped struct {
	Listed
	Why *fault.Error
}

// Chosen gives the users of a selection by name, MaxMany at most. What is no user
// of the organization is left out.
func (s *Service) Chosen(ctx context.Context, a actor.Actor, sel Selection) ([]Listed, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return nil, err
	}
	f := Filter{}
	if sel.All {
		f = sel.Filter
	}
	f.After, f.Size = "", MaxMany
	c, err := f.open()
	if err != nil {
		return nil, err
	}
	if !sel.All {
		c.ids = append([]int64{}, sel.IDs...) // none chosen are none, not all
	}
	rows, err := selectPage(ctx, s.DB, a.OrgID, c)
	return rows[:min(len(rows), c.size)], err
}

// Apart parts users into those an order is for and those it leaves out. Nobody
// blocks themselves among others: that has a page of its own.
func Apart(a actor.Actor, o Order, users []Listed) (fit []Listed, left []Skipped) {
	for _, u := range users {
		if why := o.leavesOut(a, u); why != nil {
			left = append(left, Skipped{u, why})
			continue
		}
		fit = append(fit, u)
	}
	return fit, left
}

func (o Order) leavesOut(a actor.Actor, u Listed) *fault.Error {
	switch {
	case u.Status == Blocked:
		return ErrBlocked
	case o.Act == ManyInvite && u.Status == Active:
		return ErrActive
	case o.Act == ManyBlock && u.ID == a.MemberID:
		return ErrSelf
	case o.Act == ManyRole && slices.Contains(u.Roles, o.Role):
		return ErrHasRole
	case o.Act == ManyRole && u.Kind == Technical && !ForPrograms(o.Role):
		return fault.New(fault.Invalid, "member.roles.technical")
	}
	return nil
}

// check complains about what is typed, once for all users.
func (o Order) check() error {
	var f fault.Form
	switch o.Act {
	case ManyBlock:
		checkReason(&f, o.Reason)
	case ManyRole:
		f.Check(o.Role != perm.RoleDefault && slices.Contains(perm.MemberRoles(), o.Role), "role", "member.many.role.missing")
	case ManyInvite:
	}
	return f.Err()
}

// DoMany does an order with the users it is for, each in a transaction of its
// own: what becomes of one is no reason to refuse the others. It says with how
// many it was done and who was left out. Sensitive roles want a fresh signature;
// asked for half-way, the same order again goes on where it was.
func (s *Service) DoMany(ctx context.Context, a actor.Actor, o Order, ids []int64) (done int, left []Skipped, err error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return 0, nil, err
	}
	if err := o.check(); err != nil {
		return 0, nil, err
	}
	users, err := s.Chosen(ctx, a, Selection{IDs: ids})
	if err != nil {
		return 0, nil, err
	}
	fit, left := Apart(a, o, users)
	for _, u := range fit {
		err := s.doOne(ctx, a, o, u.ID)
		if why, ok := refusal(err); ok {
			left = append(left, Skipped{u, why})
			continue
		}
		if err != nil {
			return done, left, err
		}
		done++
	}
	return done, left, nil
}

func (s *Service) doOne(ctx context.Context, a actor.Actor, o Order, id int64) error {
	switch o.Act {
	case ManyInvite:
		return s.Invite(ctx, a, id)
	case ManyRole:
		return s.Give(ctx, a, id, Gift{Role: o.Role})
	case ManyBlock:
		return s.Block(ctx, a, id, Blocking{Reason: o.Reason})
	}
	return ErrUnknown
}

// refusal takes out of an error why one user was left out; what concerns the
// person who acts, or the portal, ends the order.
func refusal(err error) (*fault.Error, bool) {
	f, ok := fault.As(err)
	if !ok {
		return nil, false
	}
	switch f.Kind {
	case fault.Invalid, fault.Conflict, fault.TooMany, fault.NotFound:
		if len(f.Complaints) > 0 {
			return fault.New(f.Kind, f.Complaints[0].Key, f.Complaints[0].Args...), true
		}
		return f, true
	default:
		return nil, false
	}
}
