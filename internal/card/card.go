// Package card keeps product cards: what a company says about its goods, how it
// is checked, sent to the operator, published and changed.
//
// A card has versions. The newest may be a draft, wait for the operator's
// moderation or be returned with remarks; beside it the version in force, if
// there is one, stays in force until the next is published. Whatever was sent is
// never changed again: taking back or correcting makes a new version. An
// organization has one live card for a GTIN (constraint cards_live_key).
package card

import (
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
)

// Standing is where a card stands, apart from what is being written.
type Standing string

// A card is new until a version of it is published. Its organization may block
// a published one and open it again.
const (
	New       Standing = "new"
	Published Standing = "published"
	Blocked   Standing = "blocked"
)

// Editing is what happens to the newest version.
type Editing string

// Settled: the newest version is in force and nothing else is written. Returned
// lasts until the corrected version is sent, also while it is being written.
const (
	Settled    Editing = "none"
	Drafted    Editing = "draft"
	Moderation Editing = "moderation"
	Returned   Editing = "returned"
)

// Status is the state of a version.
type Status string

// A version is a draft, is sent, then published or returned or taken back; a
// published one is replaced by the next.
const (
	Draft     Status = "draft"
	Sent      Status = "moderation"
	Back      Status = "returned"
	Withdrawn Status = "withdrawn" // taken back by the organization
	InForce   Status = "published"
	Replaced  Status = "replaced"
)

// Packaging is what a GTIN counts (domain.md 2.8).
type Packaging string

// The levels of packaging a card may describe.
const (
	Unit     Packaging = "UNIT"
	Group    Packaging = "GROUP"
	Set      Packaging = "SET"
	BoxLevel Packaging = "BOX_LV_1"
	BoxOuter Packaging = "BOX_LV_2"
)

// Side is which side of the goods a photo shows (domain.md 2.8). Front must be
// there before a card is sent.
type Side string

// The sides, in the order of forms.
const (
	Front Side = "front"
	Upper Side = "upper"
	Left  Side = "left"
	Right Side = "right"
	Rear  Side = "back"
	Down  Side = "down"
	Other Side = "other"
)

// Refusals.
var (
	ErrNotFound = fault.New(fault.NotFound, "card.not_found")
	ErrTwice    = fault.New(fault.Conflict, "card.gtin_taken") // with "card": id of the organization's live card of this GTIN
	ErrState    = fault.New(fault.Conflict, "card.state")      // the act does not fit the card's state any more
	ErrChanged  = fault.New(fault.Conflict, "card.changed")    // somebody else saved it meanwhile
	ErrUnready  = fault.New(fault.Invalid, "card.unready")     // cannot be sent: complaints by field

	ErrGroupMissing = fault.New(fault.Invalid, "card.group_missing").On(FieldGroup)
	ErrGroupUnknown = fault.New(fault.Invalid, "card.group_unknown").On(FieldGroup)

	ErrNoGroup     = fault.New(fault.Invalid, "card.no_group").On(FieldGroup) // the organization has not connected the group
	ErrOwner       = fault.New(fault.Invalid, "card.owner")                   // the GTIN is not the organization's: "gtin", "answer"
	ErrUncorrected = fault.New(fault.Conflict, "card.uncorrected")            // returned, and nothing changed since
	ErrNothing     = fault.New(fault.Conflict, "card.nothing_to_send")        // of the cards none can be sent
	ErrMany        = fault.New(fault.Invalid, "card.many", "max", MaxAtOnce)
	ErrReason      = fault.New(fault.Invalid, "card.reason_missing").On("reason")
	ErrSame        = fault.New(fault.Invalid, "card.gtin_same").On(FieldGTIN) // a copy of the same number
	ErrNoRemarks   = fault.New(fault.Invalid, "card.no_remarks")
	ErrFixed       = fault.New(fault.Invalid, "card.fixed")                    // GTIN and group of a card that was in force
	ErrGTINTwice   = fault.New(fault.Invalid, "card.gtin_twice").On(FieldGTIN) // twice in one file
)

// Card is a product card of an organization with what lists show of its newest
// version.
type Card struct {
	OrgID     int64
	ID        int64
	GTIN      gs1.GTIN
	Standing  Standing
	Editing   Editing
	Archived  bool
	Newest    int // number of the newest version, from 1
	Live      int // number of the version in force; 0 when there is none
	GroupID   int16
	Packaging Packaging
	Country   string // of manufacture, ISO 3166-1 alpha-2; "" when not filled in
	NameUz    string
	NameRu    string
	NameEn    string
	Brand     string
	PhotoID   int64  // of the front; 0 when there is none
	Revision  int    // counts saves; what a form was made from
	PlannedOn string // from when the goods are to be made or imported, YYYY-MM-DD; "" when nothing is planned
	CreatedAt time.Time
	ChangedAt time.Time
}

// Version is one version of a card.
type Version struct {
	Number    int
	Status    Status
	Content   Content
	CreatedBy string
	CreatedAt time.Time
	SentBy    string
	SentAt    time.Time // zero while it is a draft
	Deadline  time.Time // by when the operator decides: five working days
	DecidedAt time.Time
	Remarks   []Remark // of a returned one

	author int64 // member who began it
	sender int64 // member who sent it, 0 for none
	last   int   // number of the card's last version, where it was asked for
}

// Remark is what the operator wants changed, bound to a field.
type Remark struct {
	Field  string `json:"field"`  // a field of a Draft, "photos", or "" for the whole card
	Reason int64  `json:"reason"` // id in the library of reasons; 0 for free text only
	Uz     string `json:"uz"`     // as the applicant reads it
	Ru     string `json:"ru"`
	En     string `json:"en"`
}
