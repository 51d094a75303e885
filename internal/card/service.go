package card

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
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
	Pictures *picture.Cleaner // of the process
	Host     string           // of the portal: stands in what is signed
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
	book, err := attribute.BookOf(ctx, s.DB, g)
	if err != nil {
		return Content{}, err
	}
	return t.Open(book)
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

// editTx changes what a card says: its draft, or a new version of one that is
// published or was returned. revision is the one the person saw, 0 for any. It
// gives the revision of now. The caller holds the right to edit.
func (s *Service) editTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, revision int, edit func(*Content) error) (int, error) {
	c, err := lockOwn(ctx, tx, a, id)
	if err != nil {
		return 0, err
	}
	if _, fits := c.Fits(Edit); !fits {
		return 0, c.misfit(Edit)
	}
	newest, err := newestVersions(ctx, tx, a.OrgID, []Card{c})
	if err != nil {
		return 0, err
	}
	ch := change{card: c, from: newest[id], to: newest[id].Content.clone()}
	if err := edit(&ch.to); err != nil {
		return 0, err
	}
	switch {
	case ch.idle():
		return c.Revision, nil
	case revision != 0 && revision != c.Revision:
		return 0, ErrChanged
	}
	if err := s.mayBecome(ctx, tx, a, ch); err != nil {
		return 0, err
	}
	return c.Revision + 1, writeTx(ctx, tx, a, []change{ch})
}

// mayBecome refuses another GTIN or group where they are fixed or taken.
func (s *Service) mayBecome(ctx context.Context, tx pg.Tx, a actor.Actor, ch change) error {
	if ch.to.Group != ch.card.GroupID {
		if ch.card.Live > 0 {
			return ErrFixed.On(FieldGroup)
		}
		if err := openGroup(ctx, tx, a, ch.to.Group); err != nil {
			return err
		}
	}
	if ch.to.GTIN == ch.card.GTIN {
		return nil
	}
	if ch.card.Live > 0 {
		return ErrFixed.On(FieldGTIN)
	}
	other, err := liveCard(ctx, tx, a.OrgID, ch.to.GTIN)
	if err == nil && other != 0 {
		return ErrTwice.With("card", other).On(FieldGTIN)
	}
	return err
}

// lockOwn locks a card of the person's organization and groups.
func lockOwn(ctx context.Context, tx pg.Tx, a actor.Actor, id int64) (Card, error) {
	c, err := lockCard(ctx, tx, a.OrgID, id)
	if err != nil {
		return Card{}, err
	}
	err = gate.ReachTx(ctx, tx, a, perm.Reach{Group: c.GroupID})
	if errors.Is(err, actor.ErrGroup) {
		return Card{}, ErrNotFound
	}
	return c, err
}

// misfit is the refusal of an act that does not fit, with what the card is in.
func (c Card) misfit(act Act) error {
	return ErrState.With("act", string(act), "standing", string(c.Standing), "editing", string(c.Editing), "archived", c.Archived)
}

// clone is a content whose lists may be changed.
func (c Content) clone() Content {
	c.Attributes = maps.Clone(c.Attributes)
	c.Photos = slices.Clone(c.Photos)
	return c
}

// Get reads a card of the actor's organization and groups; any other is
// ErrNotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Record, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return Record{}, err
	}
	c, err := s.own(ctx, a, id)
	if err != nil {
		return Record{}, err
	}
	versions, err := allVersions(ctx, s.DB, c)
	if err != nil {
		return Record{}, err
	}
	r := Record{Card: c, May: a.Rights}
	r.take(versions)
	groups, err := productgroup.LoadDictionary(ctx, s.DB)
	if err != nil {
		return Record{}, err
	}
	r.Group, _ = groups.Find(c.GroupID)
	if r.Book, r.Now, err = books(ctx, s.DB, r.Version.Content); err != nil {
		return Record{}, err
	}
	r.Missing = r.Version.Content.Missing(r.Now)
	return r, nil
}

// own reads a card of the actor's organization and groups.
func (s *Service) own(ctx context.Context, a actor.Actor, id int64) (Card, error) {
	c, err := oneCard(ctx, s.DB, a.OrgID, id)
	if err == nil && !a.Scope.HasGroup(c.GroupID) {
		return Card{}, ErrNotFound
	}
	return c, err
}

// take sorts the versions of the card into their places.
func (r *Record) take(versions []Version) {
	for i, v := range versions {
		r.Versions = append(r.Versions, v.head())
		if v.Number == r.Newest {
			r.Version = v
		}
		if v.Status == InForce {
			r.Live = &versions[i]
		}
		if v.Status == Back && r.Editing == Returned && r.Returned == nil {
			r.Returned = &versions[i]
		}
	}
}

func (v Version) head() VersionHead {
	return VersionHead{
		Number: v.Number, Status: v.Status, CreatedBy: v.CreatedBy, CreatedAt: v.CreatedAt,
		SentBy: v.SentBy, SentAt: v.SentAt, Deadline: v.Deadline, DecidedAt: v.DecidedAt,
	}
}

// books gives the book a content is written under and that of today.
func books(ctx context.Context, q pg.Querier, c Content) (then, now attribute.Book, err error) {
	if now, err = attribute.BookOf(ctx, q, c.Group); err != nil || now.Set.Version == c.Set {
		return now, now, err
	}
	if c.Set == 0 { // the group had no set yet
		then = now
		then.Set = attribute.Set{Group: c.Group}
		return then, now, nil
	}
	then, err = attribute.BookAt(ctx, q, c.Group, c.Set)
	return then, now, err
}

// Version reads one version of a card, with the book it was written under.
func (s *Service) Version(ctx context.Context, a actor.Actor, id int64, n int) (Version, attribute.Book, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return Version{}, attribute.Book{}, err
	}
	if _, err := s.own(ctx, a, id); err != nil {
		return Version{}, attribute.Book{}, err
	}
	v, err := oneVersion(ctx, s.DB, a.OrgID, id, n)
	if err != nil {
		return Version{}, attribute.Book{}, err
	}
	book, _, err := books(ctx, s.DB, v.Content)
	return v, book, err
}

// historyShown is how many lines of the log a page of a card shows.
const historyShown = 25

// History gives what was done to a card, the newest first, older than the line
// before (0: all), and whether older ones follow.
func (s *Service) History(ctx context.Context, a actor.Actor, id, before int64) ([]audit.Line, bool, error) {
	if err := a.Need(perm.CardRead); err != nil {
		return nil, false, err
	}
	if _, err := s.own(ctx, a, id); err != nil {
		return nil, false, err
	}
	return audit.List(ctx, s.DB, audit.Filter{OrgID: a.OrgID, Target: target(id), Before: before, Limit: historyShown})
}
