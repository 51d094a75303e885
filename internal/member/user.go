package member

import (
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
)

// Refusals of this package.
var (
	ErrUnknown   = fault.New(fault.NotFound, "member.unknown")
	ErrBlocked   = fault.New(fault.Conflict, "member.is_blocked")
	ErrActive    = fault.New(fault.Conflict, "member.is_active")
	ErrTaken     = fault.New(fault.Conflict, "member.pinfl.taken").On("pinfl") // value "id": the member who has it
	ErrLastAdmin = fault.New(fault.Conflict, "member.last_admin").On("roles")
	ErrStale     = fault.New(fault.Conflict, "member.stale") // somebody changed the user meanwhile
)

// Kind is what a user is.
type Kind string

// A business user is a person who signs in by EDS key; a technical user is a
// program that speaks to the IZKM interface. The kind never changes
// (domain.md 2.5).
const (
	Business  Kind = "business"
	Technical Kind = "technical"
)

// Kinds lists them in the order of forms.
func Kinds() []Kind { return []Kind{Business, Technical} }

// Statuses lists the states in the order of tabs.
func Statuses() []Status { return []Status{Active, NotActivated, Blocked} }

// Names is a name in three languages. Russian and English may be empty for a
// director, whom the old account knew by one name.
type Names struct {
	Uz string `json:"uz"`
	Ru string `json:"ru"`
	En string `json:"en"`
}

// In is the name in a language, in Uzbek where there is no other.
func (n Names) In(lang string) string {
	switch {
	case lang == "ru" && n.Ru != "":
		return n.Ru
	case lang == "en" && n.En != "":
		return n.En
	}
	return n.Uz
}

// User is a member in full.
type User struct {
	OrgID, ID     int64
	AccountID     int64 // 0 before activation, and for programs
	Kind          Kind
	Names         Names
	Positions     Names // may be empty
	Email         string
	Language      string      // of letters before the person has an account
	PINFL         taxid.PINFL // empty where it is not kept here
	Status        Status
	Roles         []perm.Role // in the order of perm.MemberRoles
	Scope         perm.Scope
	CreatedAt     time.Time
	ActivatedAt   time.Time
	SeenAt        time.Time // when the user was here last, to a minute
	BlockedAt     time.Time
	BlockedReason string
	Version       int // grows with every change

	sealed []byte // the PINFL as stored
}

// Has reports whether the user has a role.
func (u User) Has(r perm.Role) bool { return slices.Contains(u.Roles, r) }

// Unproved reports whether nobody has come with the user's key so far: only
// then the personal number may be corrected.
func (u User) Unproved() bool {
	return u.Status == NotActivated && u.AccountID == 0 && u.ActivatedAt.IsZero()
}

func (u User) roleCodes() []string { return codes(u.Roles) }

// Sensitive reports whether giving the role wants a fresh signature: it lets
// its holder give rights, or open the interface to programs (ux.md 5.4).
func Sensitive(r perm.Role) bool { return r == perm.RoleOrgAdmin || r == perm.RoleKeyManager }

// known keeps the roles there are, each once, in the order of forms; the
// default role is always among them.
func known(roles []string) []string {
	var kept []string
	for _, r := range perm.MemberRoles() {
		if r == perm.RoleDefault || slices.Contains(roles, string(r)) {
			kept = append(kept, string(r))
		}
	}
	return kept
}

func without(roles []string, role perm.Role) []string {
	return slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return r == string(role) })
}

func codes(roles []perm.Role) []string {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = string(r)
	}
	return list
}

func target(id int64) string { return "member:" + strconv.FormatInt(id, 10) }

// binding ties a sealed PINFL to its row: copied into another it does not open.
func binding(orgID, id int64) []byte {
	return []byte("member:" + strconv.FormatInt(orgID, 10) + ":" + strconv.FormatInt(id, 10))
}

// path is the address of a user's page.
func path(id int64) string { return "/org/users/" + strconv.FormatInt(id, 10) }
