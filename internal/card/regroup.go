package card

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// ErrSent says that the group of a card that was sent cannot be changed any more.
var ErrSent = fault.New(fault.Conflict, "card.group.sent")

// Regroupable reports whether the product group of a card may be changed: while it
// is a draft that was never sent. What was sent once was judged as goods of its
// group.
func (c Card) Regroupable() bool {
	return c.Editing == Drafted && c.Standing == New && c.Newest == 1 && c.writable()
}

// Regrouping is what would become of a draft in another product group.
type Regrouping struct {
	Record Record
	To     productgroup.Group
	Lost   []string // fields whose answers do not fit there, in the order of forms
}

// Regroup says what would become of a draft in the group of a slug, changing
// nothing. ErrSent when the card was sent before; of the group as Begin.
func (s *Service) Regroup(ctx context.Context, a actor.Actor, id int64, slug string) (Regrouping, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Regrouping{}, err
	}
	r, err := s.Get(ctx, a, id)
	if err != nil {
		return Regrouping{}, err
	}
	if !r.Regroupable() {
		return Regrouping{}, ErrSent
	}
	to, book, err := s.Begin(ctx, a, slug, r.Version.Content.Codes())
	if err != nil {
		return Regrouping{}, err
	}
	_, lost, err := r.Version.Content.within(book)
	return Regrouping{Record: r, To: to, Lost: lost}, err
}

// ChangeGroup moves a draft that was never sent to another product group; answers
// that do not fit there go. revision is the one whose losses the person was shown.
func (s *Service) ChangeGroup(ctx context.Context, a actor.Actor, id int64, revision int, slug string) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	r, err := s.Get(ctx, a, id)
	if err != nil { // of a stranger's card nothing is said, not even that the group is wrong
		return err
	}
	_, book, err := s.Begin(ctx, a, slug, r.Version.Content.Codes())
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		c, err := lockOwn(ctx, tx, a, id)
		switch {
		case err != nil:
			return err
		case !c.Regroupable():
			return ErrSent
		case revision != c.Revision || revision != r.Revision:
			return ErrChanged
		}
		_, err = s.editTx(ctx, tx, a, id, revision, func(c *Content) error {
			to, _, err := c.within(book)
			to.Photos = c.Photos
			*c = to
			return err
		})
		return err
	})
}

// within is what of a content fits into another book, and the fields that do not.
func (c Content) within(book attribute.Book) (to Content, lost []string, err error) {
	t := c.Typed()
	for field := range c.Attributes {
		if _, known := book.Set.Find(field); !known {
			lost = append(lost, AttributePrefix+field)
			delete(t, AttributePrefix+field)
		}
	}
	to, err = t.Open(book)
	wrong, _ := fault.ComplaintsOf(err)
	for _, w := range wrong {
		if !ofGroup(w.Field) || t[w.Field] == "" {
			return Content{}, nil, err // wrong in any group
		}
		lost = append(lost, w.Field)
		delete(t, w.Field)
	}
	if len(wrong) > 0 {
		to, err = t.Open(book)
	}
	slices.SortFunc(lost, byForm)
	return to, slices.Compact(lost), err
}

// ofGroup reports whether a field is asked with the answers of a product group.
func ofGroup(field string) bool {
	return field == FieldCategory || field == FieldHS || field == FieldIKPU || strings.HasPrefix(field, AttributePrefix)
}

// byForm sorts fields as forms have them, attributes by their codes behind.
func byForm(a, b string) int {
	place := func(field string) int {
		if i := slices.Index(Fields(), field); i >= 0 {
			return i
		}
		return len(Fields())
	}
	return cmp.Or(place(a)-place(b), strings.Compare(a, b))
}
