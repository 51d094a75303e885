package card

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/audit"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
)

// Service keeps the cards of organizations.
type Service struct {
	DB       *pgxpool.Pool
	Proof    *proof.Service
	Accounts *account.Service
	Host     string // of the portal: stands in what is signed
}

// Record is a card with all a page about it shows.
type Record struct {
	Card
	Group    productgroup.Group
	Version  Version          // the newest
	Live     *Version         // in force; nil when there is none, and the newest itself when that is it
	Returned *Version         // what the operator returned, while it is being corrected
	Book     attribute.Book   // under which the newest is written
	Now      attribute.Book   // of today: under which it is saved
	Versions []VersionHead    // all, the newest first
	Missing  fault.Complaints // what the newest lacks before it can be sent
	May      perm.Set         // the reader's rights
}

// Can reports whether the reader may do something with the card now.
func (r Record) Can(act Act) bool { return r.Card.Can(act, r.May) }

// Remarks are those of the last return while it is being corrected.
func (r Record) Remarks() []Remark {
	if r.Returned == nil {
		return nil
	}
	return r.Returned.Remarks
}

// VersionHead is a version without what it says.
type VersionHead struct {
	Number    int
	Status    Status
	CreatedBy string
	CreatedAt time.Time
	SentBy    string
	SentAt    time.Time // zero while it is a draft
	Deadline  time.Time
	DecidedBy string // of the operator's staff; organizations are not shown it
	DecidedAt time.Time
}

// FormKey is what a form that makes a card is known by, so that the same form
// sent twice makes one card. ticket is a random text the form carried; what was
// typed counts too. Without a ticket there is no key.
func FormKey(ticket string, t Typed) string {
	if ticket == "" {
		return ""
	}
	typed, _ := json.Marshal(t) // texts never fail; keys come in order
	sum := sha256.Sum256(append([]byte(ticket+"\n"), typed...))
	return hex.EncodeToString(sum[:])
}

// Create makes a card with a first draft. The group is named by t[FieldGroup]
// (slug, number or name). A form that was sent before makes no second card: the
// first one's id comes back. ErrTwice names the organization's live card of the
// GTIN.
func (s *Service) Create(ctx context.Context, a actor.Actor, formKey string, t Typed) (id int64, err error) {
	return 0, ErrState
}

// Save stores what a person typed about a card: into the draft that is being
// written, or into a new version of a published or returned one. revision is the
// one the form was made from; ErrChanged when somebody saved since. Typing what
// is there already changes nothing.
func (s *Service) Save(ctx context.Context, a actor.Actor, id int64, revision int, t Typed) error {
	return ErrState
}

// Get reads a card of the actor's organization and groups; any other is
// ErrNotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Record, error) {
	return Record{}, ErrNotFound
}

// Version reads one version of a card, with the book it was written under.
func (s *Service) Version(ctx context.Context, a actor.Actor, id int64, n int) (Version, attribute.Book, error) {
	return Version{}, attribute.Book{}, ErrNotFound
}

// Copy makes a card of another GTIN that says the same and has the same photos;
// what was typed as the GTIN must be one of its own. A form sent twice makes one
// card.
func (s *Service) Copy(ctx context.Context, a actor.Actor, id int64, gtin, formKey string) (newID int64, err error) {
	return 0, ErrState
}

// Hint says what is known of a GTIN while it is being typed: whose it is, the
// organization's own card of it, and what registers know.
func (s *Service) Hint(ctx context.Context, a actor.Actor, typed string) (Hint, error) {
	return Hint{}, ErrState
}

// History gives what was done to a card, the newest first, older than the line
// before (0: all), and whether older ones follow.
func (s *Service) History(ctx context.Context, a actor.Actor, id, before int64) ([]audit.Line, bool, error) {
	return nil, false, ErrNotFound
}

// Hint is what is known of a GTIN.
type Hint struct {
	GTIN  gs1.GTIN
	Owner gs1prefix.Check // whose it is; Foreign needs no prefix
	Card  int64           // the organization's live card of it, 0 when there is none
	Down  bool            // the register did not answer: "could not check"
}
