package moderation

import (
	"context"
	"errors"
	"slices"
	"time"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gtinregistry"
)

// Opened is a waiting version with what staff look at to decide it.
type Opened struct {
	Item
	Version  card.Version
	Live     *card.Version // in force now; nil when there is none
	Returned *card.Version // the last one that was returned before this; nil when there is none
	Owner    gs1prefix.Check
	Known    gtinregistry.Entry // what the international registry says of a number from abroad
	Silent   bool               // it was asked and did not answer
	Own      bool               // the moderator belongs to the organization and may not decide
	Reasons  []Reason
	books    map[attribute.Edition]attribute.Book
}

// Book is what a version of the card was written under.
func (o Opened) Book(v card.Version) attribute.Book { return o.books[edition(v)] }

// Before is what the version is compared with: the one in force, else the one
// that was returned last; nil for a card that comes for the first time.
func (o Opened) Before() *card.Version {
	if o.Live != nil {
		return o.Live
	}
	return o.Returned
}

// Corrected is the version that was returned last, when that came after the one
// in force: what was remarked on it should be mended now.
func (o Opened) Corrected() *card.Version {
	if o.Returned == nil || o.Live != nil && o.Live.Number > o.Returned.Number {
		return nil
	}
	return o.Returned
}

func edition(v card.Version) attribute.Edition {
	return attribute.Edition{Group: v.Content.Group, Version: v.Content.Set}
}

// Find gives what waits of a card with what it is decided by. ErrOver when
// nothing waits any more, card.ErrNotFound for a card there is not.
func (s *Service) Find(ctx context.Context, op actor.Operator, r Ref) (Opened, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return Opened{}, err
	}
	o := Opened{}
	var err error
	o.Version, o.Live, o.Returned, err = card.ForModeration(ctx, s.DB, r.OrgID, r.CardID)
	switch {
	case errors.Is(err, card.ErrState):
		return Opened{}, ErrOver.Because(err)
	case err != nil:
		return Opened{}, err
	}
	if o.Item, err = item(ctx, s.DB, r); err != nil {
		return Opened{}, err
	}
	if o.Own, err = belongs(ctx, s.DB, op.StaffID, r.OrgID); err != nil {
		return Opened{}, err
	}
	return o, s.judge(ctx, &o)
}

// judge adds what the portal knows about what the version says.
func (s *Service) judge(ctx context.Context, o *Opened) (err error) {
	if o.Owner, err = gs1prefix.Whose(ctx, s.DB, o.OrgID, o.Version.Content.GTIN); err != nil {
		return err
	}
	s.ask(ctx, o)
	editions, codes := []attribute.Edition{edition(o.Version)}, o.Version.Content.Codes()
	for _, v := range []*card.Version{o.Live, o.Returned} {
		if v == nil {
			continue
		}
		codes = append(codes, v.Content.Codes()...)
		if !slices.Contains(editions, edition(*v)) {
			editions = append(editions, edition(*v))
		}
	}
	if o.books, err = attribute.BooksAt(ctx, s.DB, editions, codes); err != nil {
		return err
	}
	all, err := reasons(ctx, s.DB)
	o.Reasons = inOrder(slices.DeleteFunc(all, func(r Reason) bool { return !r.fits(o.Group.ID) }))
	return err
}

// ask looks a number from abroad up; what the registry says is a hint, so its
// silence is one, too.
func (s *Service) ask(ctx context.Context, o *Opened) {
	if s.Registry == nil || o.Owner.Answer != gs1prefix.Foreign {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var err error
	o.Known, err = s.Registry.Find(ctx, o.Version.Content.GTIN)
	o.Silent = err != nil
}

// Outcome is what became of a card's newest version that was sent.
type Outcome struct {
	Ref
	GTIN      string
	Names     Names
	N         int
	Status    card.Status
	DecidedBy string
	At        time.Time // decided, or taken back
}

// Became says what became of a card that waits no more: what staff are shown
// when it was decided or taken back while they had it open. card.ErrNotFound
// for a card there is not or that was never sent.
func (s *Service) Became(ctx context.Context, op actor.Operator, r Ref) (Outcome, error) {
	if err := op.Need(perm.OpCardRead); err != nil {
		return Outcome{}, err
	}
	return outcome(ctx, s.DB, r)
}
