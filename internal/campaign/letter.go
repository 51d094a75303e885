package campaign

import (
	"time"

	"kabinet/internal/core/fault"
)

// Refusals that concern a letter. The first five say why it opens nothing.
var (
	ErrExpired  = fault.New(fault.Gone, "letter.expired")
	ErrReplaced = fault.New(fault.Gone, "letter.replaced")
	ErrUsed     = fault.New(fault.Gone, "letter.used")
	ErrLocked   = fault.New(fault.Gone, "letter.locked")
	ErrNotLive  = fault.New(fault.Gone, "letter.not_live")

	ErrNotFound  = fault.New(fault.NotFound, "letter.not_found")
	ErrCodeShape = fault.New(fault.Invalid, "letter.code_shape").On("code")
	ErrCodeWrong = fault.New(fault.Invalid, "letter.code_wrong").On("code")
	ErrOrgActive = fault.New(fault.Conflict, "letter.org_active")
	ErrJustSent  = fault.New(fault.Conflict, "letter.just_sent")
	ErrNoOrg     = fault.New(fault.NotFound, "letter.no_org")
)

// Kind is what a letter asks for.
type Kind string

// The two kinds the operator has used (domain.md 1.1, F7).
const (
	KindCode Kind = "code" // newer: a link, and a code typed by hand
	KindLink Kind = "link" // older: a link that works once
)

// Kinds lists the kinds, the newer one first.
func Kinds() []Kind { return []Kind{KindCode, KindLink} }

// Status is how far a letter is, as its row says.
type Status string

// The statuses. Queued and sent letters may be live; the others are at an end.
const (
	Queued    Status = "queued"
	Sent      Status = "sent" // the relay took it
	Activated Status = "activated"
	Refused   Status = "refused"   // the relay said never (5xx), Reason has its words
	Expired   Status = "expired"   // nobody used it within seven days
	Replaced  Status = "replaced"  // a newer letter was sent
	Withdrawn Status = "withdrawn" // the campaign was stopped or closed before it left
	Locked    Status = "locked"    // five wrong codes
)

// Statuses lists all in the order in which a page shows them.
func Statuses() []Status {
	return []Status{Queued, Sent, Refused, Activated, Expired, Replaced, Locked, Withdrawn}
}

// ParseStatus reads a status; ok is false for anything else.
func ParseStatus(s string) (st Status, ok bool) {
	for _, st := range Statuses() {
		if string(st) == s {
			return st, true
		}
	}
	return "", false
}

// State is what a letter is worth at this moment by the database's clock.
type State string

// The states. A letter whose acknowledgement was lost is still queued by its
// status and live by its state: its copy may lie in the mailbox.
const (
	StateLive     State = "live"
	StateQueued   State = "queued" // no copy has left yet
	StateExpired  State = "expired"
	StateUsed     State = "used"
	StateReplaced State = "replaced" // also withdrawn: the operator ended it
	StateLocked   State = "locked"
	StateRefused  State = "refused"
)

// MaxWrongCodes is how many wrong codes kill a letter.
const MaxWrongCodes = 5

// Lifetime is how long a letter works after a copy left. The database counts
// it, in hours because a day of a server in another zone may have 23 or 25;
// this constant is for words only.
const Lifetime = 7 * 24 * time.Hour

// Letter is an activation letter. Times are zero while they have not come.
type Letter struct {
	OrgID      int64
	ID         int64
	CampaignID int64 // 0 for a letter asked for outside of any campaign
	Kind       Kind
	Email      string
	Language   string // uz, ru, en
	Status     Status
	State      State
	Reason     string // the relay's last words when something went wrong
	WrongCodes int
	Reminders  int // how many were sent
	CreatedAt  time.Time
	IssuedAt   time.Time // when the copy left from which the seven days count
	ExpiresAt  time.Time
	SentAt     time.Time // when the relay took it
	EndedAt    time.Time
}

// Err is nil for a live letter, else why it opens nothing.
func (l Letter) Err() error { return stateErr(l.State) }

func stateErr(s State) error {
	switch s {
	case StateLive:
		return nil
	case StateExpired:
		return ErrExpired
	case StateUsed:
		return ErrUsed
	case StateReplaced:
		return ErrReplaced
	case StateLocked:
		return ErrLocked
	}
	return ErrNotLive
}
