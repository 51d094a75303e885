package card

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/picture"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
)

// Service keeps the cards of organizations.
type Service struct {
	DB       *pgxpool.Pool
	Proof    *proof.Service
	Accounts *account.Service
	Pictures *picture.Cleaner      // of the process
	GTINs    gtinregistry.Registry // of numbers from abroad; nil asks nobody
	Host     string                // of the portal: stands in what is signed

	// PhotoRoom is how many bytes the photos of one organization may take; 0 for any.
	PhotoRoom int64
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
	if err := a.Need(perm.CardEdit); err != nil {
		return 0, err
	}
	c, err := s.open(ctx, a, t)
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		id, err = s.createTx(ctx, tx, a, formKey, c)
		return err
	})
	return id, err
}

// open finds the group that was typed and opens the rest by its book.
func (s *Service) open(ctx context.Context, a actor.Actor, t Typed) (Content, error) {
	g, err := s.group(ctx, t[FieldGroup])
	if err != nil {
		return Content{}, err
	}
	if err := a.NeedIn(perm.CardEdit, perm.Reach{Group: g}); err != nil {
		return Content{}, err
	}
	book, err := attribute.BookFor(ctx, s.DB, g, t.Codes())
	if err != nil {
		return Content{}, err
	}
	c, err := t.Open(book)
	if !uncoded(err) {
		return c, err
	}
	if book, err = attribute.BookOf(ctx, s.DB, g); err != nil { // entries of long ones may be named by their names
		return Content{}, err
	}
	return t.Open(book)
}

// uncoded reports whether something names no entry of a dictionary by its code.
func uncoded(err error) bool {
	complaints, _ := fault.ComplaintsOf(err)
	return slices.ContainsFunc(complaints, func(c fault.Complaint) bool {
		return c.Field == FieldCategory || c.Field == FieldHS || c.Field == FieldIKPU
	})
}

func (s *Service) group(ctx context.Context, typed string) (int16, error) {
	groups, err := productgroup.LoadDictionary(ctx, s.DB)
	if err != nil {
		return 0, err
	}
	if strings.TrimSpace(typed) == "" {
		return 0, ErrGroupMissing
	}
	g, ok := groups.Named(typed)
	if !ok {
		return 0, ErrGroupUnknown
	}
	return g.ID, nil
}

// createTx makes a card of a content. The caller holds the right.
func (s *Service) createTx(ctx context.Context, tx pg.Tx, a actor.Actor, formKey string, c Content) (int64, error) {
	if err := openGroup(ctx, tx, a, c.Group); err != nil {
		return 0, err
	}
	id, err := insertCard(ctx, tx, a.OrgID, authorOf(a), c, formKey)
	if err != nil || id != 0 {
		return id, errors.Join(err, recordCreation(ctx, tx, a, id, c))
	}
	if id, err = madeBy(ctx, tx, a.OrgID, formKey); id != 0 || err != nil {
		return id, err
	}
	if id, err = liveCard(ctx, tx, a.OrgID, c.GTIN); err != nil {
		return 0, err
	}
	return 0, ErrTwice.With("card", id).On(FieldGTIN)
}

// openGroup asks anew whether the group is the person's and the organization's.
func openGroup(ctx context.Context, tx pg.Tx, a actor.Actor, group int16) error {
	if err := gate.ReachTx(ctx, tx, a, perm.Reach{Group: group}); err != nil {
		return err
	}
	g, err := productgroup.One(ctx, tx, a.OrgID, group)
	switch {
	case errors.Is(err, productgroup.ErrNotFound) || err == nil && g.Status != productgroup.Active:
		return ErrNoGroup
	default:
		return err
	}
}

func recordCreation(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, c Content) error {
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: "card.create", Target: target(id), Details: creation(c)})
}

// creation is what the log says of a new card: what tells it from others.
func creation(c Content) map[string]any {
	return map[string]any{"gtin": string(c.GTIN), "group": int(c.Group), "name_uz": c.NameUz, "name_ru": c.NameRu}
}

// Save stores what a person typed about a card: into the draft that is being
// written, or into a new version of a published or returned one. revision is the
// one the form was made from; ErrChanged when somebody saved since. Typing what
// is there already changes nothing.
func (s *Service) Save(ctx context.Context, a actor.Actor, id int64, revision int, t Typed) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	to, err := s.open(ctx, a, t)
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		_, err := s.editTx(ctx, tx, a, id, revision, func(c *Content) error {
			to.Photos = c.Photos
			*c = to
			return nil
		})
		return err
	})
}
