// Package staff keeps the operator's own people: who they are, what they may
// do, and how they sign in (by EDS key, as everybody does).
//
// There is always an active operator administrator: the last one can neither be
// blocked nor lose the role, whatever happens at the same time. A person is
// blocked, never deleted, because the log names them.
package staff

import (
	"slices"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
)

// Refusals of this package.
var (
	ErrNobody    = fault.New(fault.Forbidden, "staff.nobody") // the key opens nothing here, whatever the reason
	ErrUnknown   = fault.New(fault.NotFound, "staff.unknown")
	ErrTaken     = fault.New(fault.Conflict, "staff.pinfl.taken").On("pinfl")
	ErrNoRole    = fault.New(fault.Invalid, "staff.roles.missing").On("roles")
	ErrLastAdmin = fault.New(fault.Conflict, "staff.last_admin").On("roles")
)

// States of a person.
const (
	Active  = "active"
	Blocked = "blocked"
)

// Person is one of the staff.
type Person struct {
	ID        int64
	Name      string
	Roles     []string // widest first
	Status    string   // Active or Blocked
	CreatedAt time.Time
}

// Draft is what is typed about a new person.
type Draft struct {
	Name, PINFL string
	Roles       []string
}

const maxName = 200 // characters

// clean gives the draft as it is stored, or what is wrong with it.
func (d Draft) clean() (Draft, taxid.PINFL, error) {
	var f fault.Form
	f.Check(utf8.RuneCountInString(d.Name) <= maxName, "name", "staff.name.long", "most", maxName)
	name, wrong := text.Line(d.Name, max(maxName, utf8.RuneCountInString(d.Name))) // its length is judged above
	f.Add("name", wrong)
	f.Check(name != "", "name", "staff.name.missing")
	d.Name = name
	pinfl, err := taxid.ParsePINFL(d.PINFL)
	f.Add("pinfl", err)
	d.Roles = known(d.Roles)
	f.Check(len(d.Roles) > 0, "roles", ErrNoRole.Key)
	return d, pinfl, f.Err()
}

// known keeps the roles there are, each once, widest first.
func known(roles []string) []string {
	var kept []string
	for _, r := range perm.StaffRoles() {
		if slices.Contains(roles, string(r)) {
			kept = append(kept, string(r))
		}
	}
	return kept
}
