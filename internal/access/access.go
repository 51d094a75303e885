// Package access is how people come by what they lack: they ask for a role, a
// product group or a place where they are refused for want of it, and an
// administrator gives it with one click.
//
// Who may do what is kept by package member; here is only who asked for what,
// and what became of it.
package access

import (
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
)

// Refusals of this package.
var (
	ErrThing    = fault.New(fault.NotFound, "access.thing.unknown") // no such role, group or place here
	ErrNotFound = fault.New(fault.NotFound, "access.not_found")
	ErrHave     = fault.New(fault.Conflict, "access.have")    // the person has it already
	ErrDecided  = fault.New(fault.Conflict, "access.decided") // somebody decided the request before
)

// Kind is what is asked for.
type Kind string

// The kinds.
const (
	Role  Kind = "role"
	Group Kind = "group"
	Place Kind = "place"
)

// Thing is one thing to be asked for: a role by its code, a product group or a
// place by its number.
type Thing struct {
	Kind Kind
	Code string
}

// RoleThing is a role.
func RoleThing(r perm.Role) Thing { return Thing{Role, string(r)} }

// ReachThing is the group or the place of a reach that names one.
func ReachThing(r perm.Reach) Thing {
	if r.Group != 0 {
		return Thing{Group, strconv.Itoa(int(r.Group))}
	}
	return Thing{Place, strconv.Itoa(int(r.Place))}
}

// Gift is the thing as it is given; ErrThing for one that cannot exist.
func (t Thing) Gift() (g member.Gift, err error) {
	switch t.Kind {
	case Role:
		g.Role = perm.Role(t.Code)
		if !slices.Contains(perm.MemberRoles(), g.Role) || g.Role == perm.RoleDefault {
			return g, ErrThing
		}
	case Group:
		n, err := strconv.ParseInt(t.Code, 10, 16)
		if err != nil || n <= 0 || strconv.FormatInt(n, 10) != t.Code {
			return g, ErrThing // "06" would be another wish for the same thing
		}
		g.Reach.Group = int16(n)
	case Place:
		n, err := strconv.ParseInt(t.Code, 10, 32)
		if err != nil || n <= 0 || strconv.FormatInt(n, 10) != t.Code {
			return g, ErrThing
		}
		g.Reach.Place = int32(n)
	default:
		return g, ErrThing
	}
	return g, nil
}

// names of a thing; ErrThing when the organization has no such group or place.
func (t Thing) names(c member.Choices) (member.Names, error) {
	g, err := t.Gift()
	if err != nil || g.Role != "" {
		return member.Names{}, err
	}
	for _, group := range c.Groups {
		if group.ID == g.Reach.Group {
			return group.Names, nil
		}
	}
	for _, place := range c.Places {
		if place.ID == g.Reach.Place {
			return member.Names{Uz: place.Name}, nil
		}
	}
	return member.Names{}, ErrThing
}

// had reports whether a user has the thing.
func (t Thing) had(u member.User) bool {
	g, err := t.Gift()
	if err != nil {
		return false
	}
	if g.Role != "" {
		return u.Has(g.Role)
	}
	return u.Scope.Missing(g.Reach) == perm.Reach{}
}

// Status is what became of a request.
type Status string

// A request is open until somebody decides it or the person takes it back.
const (
	Open      Status = "open"
	Granted   Status = "granted"
	Refused   Status = "refused"
	Withdrawn Status = "withdrawn"
)

// Wish is what is typed by somebody who asks.
type Wish struct {
	Thing
	Note string // why; may be empty
	Path string // page of the portal to come back to; may be empty
}

// Request is what somebody asked for.
type Request struct {
	ID        int64
	MemberID  int64
	Who       member.Names
	Thing     Thing
	Names     member.Names // of the group or place; empty for roles
	Note      string
	Status    Status
	Reason    string // of a refusal
	CreatedAt time.Time
	DecidedAt time.Time // zero while open
	DecidedBy member.Names
}

// Refusal is what somebody lacks who was refused, and who can help.
type Refusal struct {
	Thing  Thing          // the narrowest thing that would do
	Roles  []perm.Role    // every role that would do, narrowest first; empty for groups and places
	Names  member.Names   // of the group or place
	Admins []member.Admin // who can give it
	Give   bool           // the person can give it to themselves
	Asked  bool           // the person has asked already
	Issuer bool           // the role is of use only to an organization that issues codes; this one does not
}
