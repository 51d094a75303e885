// Package signin lets people in by their EDS key; nobody has a password.
//
// A certificate says who somebody is, memberships say where that person works.
// A person who works nowhere here gets one answer, whatever the reason: the
// answer must not tell strangers who has an account.
package signin

import (
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/member"
)

// Refusals of this package.
var (
	// ErrNowhere: the key is good, but there is no open account behind it:
	// unknown, not activated, not invited or blocked.
	ErrNowhere = fault.New(fault.Forbidden, "signin.nowhere")
	// ErrChoice: the organization chosen is not open to this person (any more).
	ErrChoice = fault.New(fault.Invalid, "signin.choice.unknown").On("org")
)

// Entry is a person let in.
type Entry struct {
	AccountID int64
	Name      string
	Open      []member.Membership // at least one
	TIN       taxid.TIN           // of the organization in the certificate; empty on a personal one
	Until     time.Time           // the certificate's end: no session outlives it
}

// Only is the membership to use when there is no choice.
func (e Entry) Only() (member.Membership, bool) {
	if len(e.Open) == 1 {
		return e.Open[0], true
	}
	return member.Membership{}, false
}

// open keeps the memberships a person may work in now.
func open(all []member.Membership) []member.Membership {
	kept := make([]member.Membership, 0, len(all))
	for _, m := range all {
		if m.Open() {
			kept = append(kept, m)
		}
	}
	return kept
}

// Preselected is the organization of the certificate among those open, 0 when
// it is not one of them.
func Preselected(ms []member.Membership, tin taxid.TIN) int64 {
	for _, m := range ms {
		if m.TIN == tin {
			return m.OrgID
		}
	}
	return 0
}
