// Package apikey keeps the keys with which programs of users reach the Open API.
//
// A user has one valid key at most, for 30 days at most; the database guarantees
// both. The value is shown once, to the session that made it, and only its hash
// is kept. What a key may do is what its owner may do at the moment of the call:
// the key itself holds no rights, so nothing has to be taken from it when its
// owner loses a role (domain.md F24, 2.6).
package apikey

import (
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
	"kabinet/internal/member"
)

// Refusals of this package.
var (
	ErrUnknown = fault.New(fault.NotFound, "apikey.unknown")
	// ErrOne: the user has a valid key; it has to be replaced.
	ErrOne = fault.New(fault.Conflict, "apikey.one")
	// ErrEnded: the key ended meanwhile.
	ErrEnded = fault.New(fault.Conflict, "apikey.ended")
	// ErrMalformed: a text that never was a key.
	ErrMalformed = fault.New(fault.Unauthenticated, "apikey.malformed")

	errName   = fault.New(fault.Invalid, "apikey.name.empty")
	errDays   = fault.New(fault.Invalid, "apikey.days.unknown")
	errReason = fault.New(fault.Invalid, "apikey.reason.empty")
)

// Longest texts, in characters.
const (
	MaxName   = 60
	MaxReason = 300
)

// Days lists for how many days a key may be made, the longest first; 30 is the
// rule of the marking system.
func Days() []int { return []int{30, 14, 7} }

// Status is the state of a key.
type Status string

// A key is valid until it ends in one of four ways.
const (
	Valid    Status = "valid"
	Expired  Status = "expired"
	Replaced Status = "replaced" // by another one of the same user
	Revoked  Status = "revoked"  // by the owner or an administrator
	Blocked  Status = "blocked"  // together with its owner
)

// Statuses lists them in the order of filters.
func Statuses() []Status { return []Status{Valid, Expired, Replaced, Revoked, Blocked} }

// Key is a key as it is shown.
type Key struct {
	ID         int64
	MemberID   int64
	Owner      member.Names
	Name       string
	Prefix     string // the first characters
	Last4      string // and the last
	Status     Status
	CreatedAt  time.Time
	ExpiresAt  time.Time
	EndedAt    time.Time // zero while valid
	EndedBy    string    // name of who ended it, "" when nobody did
	Reason     string    // given by an administrator who revoked it
	LastUsedAt time.Time // exact to a minute; zero: never
	LastUsedIP string
	Left       time.Duration // until the end, by the database's clock
}

// Shown is how the key is recognized: kbn_Ab12…9xYz.
func (k Key) Shown() string { return k.Prefix + "…" + k.Last4 }

// DaysLeft are the days that have begun until the end, 0 when it is over.
func (k Key) DaysLeft() int {
	if k.Status != Valid || k.Left <= 0 {
		return 0
	}
	const day = 24 * time.Hour
	return int((k.Left + day - 1) / day)
}

// Draft is what a person fills in to make a key.
type Draft struct {
	Name string
	Days int
	// Replace is the valid key that ends by it; 0 for none.
	Replace int64
	// Grant says that an administrator takes the role that is needed.
	Grant bool
}

func (d Draft) clean() (Draft, error) {
	var f fault.Form
	name, err := text.Plain(d.Name, MaxName)
	f.Add("name", err)
	f.Check(name != "", "name", errName.Key)
	f.Check(!text.Linked(name), "name", "apikey.name.link") // it stands in letters
	f.Check(slices.Contains(Days(), d.Days), "days", errDays.Key)
	d.Name = name
	return d, f.Err()
}

// cleanReason is why an administrator takes a key away; the owner reads it.
func cleanReason(s string) (string, error) {
	var f fault.Form
	reason, err := text.Plain(s, MaxReason)
	f.Add("reason", err)
	f.Check(reason != "", "reason", errReason.Key)
	f.Check(!text.Linked(reason), "reason", "apikey.reason.link")
	return strings.TrimSpace(reason), f.Err()
}
