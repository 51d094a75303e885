// Package moderation is the operator's desk for product cards: the queue of
// versions that wait, who of the staff looks at which, and the decision.
//
// What a card is and what publishing or returning does to it belongs to the
// feature card; this one knows who may decide when. A version is decided once:
// who decides must hold the claim on it, the claim and the decision are kept in
// one transaction, and card refuses a version that does not wait any more
// (decision 0032).
package moderation

import (
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/taxid"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/productgroup"
)

// Refusals.
var (
	// ErrClaimed says that somebody else looks at the card; "name" is who.
	ErrClaimed = fault.New(fault.Conflict, "moderation.claimed")
	// ErrOver says that the version does not wait any more: decided, taken back
	// or sent anew.
	ErrOver = fault.New(fault.Conflict, "moderation.over")
	// ErrOwn keeps staff from deciding about an organization they belong to.
	ErrOwn = fault.New(fault.Forbidden, "moderation.own")
	// ErrColleague says that nobody of the moderators was chosen.
	ErrColleague = fault.New(fault.Invalid, "moderation.colleague").On("to")
	// ErrNone says that no card was chosen.
	ErrNone = fault.New(fault.Invalid, "moderation.none_chosen").On("queue")
)

// claimTime is how long a card is its moderator's after the last act on it,
// passTime how long it is a colleague's after it was passed on: long enough for
// a meeting, short enough for a deadline of five working days.
const (
	claimTime = 15 * time.Minute
	passTime  = 4 * time.Hour
)

// patience is how long a page waits for the registry of GTINs.
const patience = time.Second

// Soon is how close a deadline is marked as urgent.
const Soon = 24 * time.Hour

// Service keeps the desk.
type Service struct {
	DB       *pgxpool.Pool
	Registry gtinregistry.Registry // of numbers from abroad; nil asks nobody
}

// Ref names a card on the desk.
type Ref struct {
	OrgID  int64 `json:"o"`
	CardID int64 `json:"c"`
}

// String is the card as addresses and forms write it, "1001-17".
func (r Ref) String() string {
	return strconv.FormatInt(r.OrgID, 10) + "-" + strconv.FormatInt(r.CardID, 10)
}

// ParseRef reads what String writes.
func ParseRef(s string) (Ref, bool) {
	left, right, _ := strings.Cut(s, "-")
	orgID, err := strconv.ParseInt(left, 10, 64)
	if err != nil || orgID <= 0 {
		return Ref{}, false
	}
	cardID, err := strconv.ParseInt(right, 10, 64)
	r := Ref{orgID, cardID}
	return r, err == nil && cardID > 0 && r.String() == s
}

// Key names a version that waits.
type Key struct {
	Ref
	N int
}

// Item is a version in the queue with what its line shows.
type Item struct {
	Key
	GTIN      gs1.GTIN
	Names     Names
	Brand     string
	Packaging card.Packaging
	Group     productgroup.Group
	First     bool // nothing of the card is in force yet
	Org       Org
	SentBy    string
	SentAt    time.Time
	Deadline  time.Time // by when the operator decides
	Claim     Claim
}

// Names are texts in the three languages, any of which may be missing.
type Names struct{ Uz, Ru, En string }

// In is the name in a language, or the one there is.
func (n Names) In(lang string) string {
	byLang := map[string]string{"ru": n.Ru, "en": n.En}
	for _, s := range []string{byLang[lang], n.Uz, n.Ru, n.En} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Org is the organization that sent it.
type Org struct {
	TIN taxid.TIN
	Names
}

// Claim is who looks at a card; zero when nobody does now.
type Claim struct {
	StaffID int64
	Name    string
	Since   time.Time
	Until   time.Time // then anybody may take it over
	GivenBy string    // the colleague who passed it on; empty when it was taken
	Note    string    // and what that colleague says
}

// By reports whether one of the staff holds the claim.
func (c Claim) By(staffID int64) bool { return c.StaffID != 0 && c.StaffID == staffID }

// Others reports whether somebody else holds it.
func (c Claim) Others(staffID int64) bool { return c.StaffID != 0 && c.StaffID != staffID }

// Urgency is how a deadline stands.
type Urgency uint8

// The urgencies.
const (
	Calm Urgency = iota
	Urgent
	Overdue
)

// UrgencyAt says how a deadline stands at a moment.
func UrgencyAt(deadline, now time.Time) Urgency {
	switch left := deadline.Sub(now); {
	case left < 0:
		return Overdue
	case left <= Soon:
		return Urgent
	}
	return Calm
}
