package productgroup

import (
	"context"
	"strconv"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Refusals about an entry of the dictionary.
var (
	ErrNoEntry   = fault.New(fault.NotFound, "productgroup.entry.not_found")
	ErrIDTaken   = fault.New(fault.Conflict, "productgroup.entry.id_taken").On("id")
	ErrSlugTaken = fault.New(fault.Conflict, "productgroup.entry.slug_taken").On("slug")
	ErrSlugUsed  = fault.New(fault.Conflict, "productgroup.entry.slug_used").On("slug")
	ErrEdited    = fault.New(fault.Conflict, "productgroup.entry.edited") // by somebody else meanwhile
)

// countLimit is how far organizations of a group are counted.
const countLimit = 1000

// Used is a group of the dictionary and how many organizations have it, counted
// up to 1,000.
type Used struct {
	Group
	Version int
	Orgs    int
	More    bool // there are more than Orgs
}

// Entry is the group as a form shows it.
func (u Used) Entry() Entry {
	return Entry{ID: strconv.Itoa(int(u.ID)), Slug: u.Slug, Uz: u.Uz, Ru: u.Ru, En: u.En, Version: u.Version}
}

// Entries lists the dictionary for the staff who keep it.
func (s *Service) Entries(ctx context.Context, op actor.Operator) ([]Used, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return nil, err
	}
	return entries(ctx, s.DB)
}

// Entry gives one group of the dictionary, or ErrNoEntry.
func (s *Service) Entry(ctx context.Context, op actor.Operator, id int16) (Used, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return Used{}, err
	}
	return entry(ctx, s.DB, id)
}

// AddEntry adds a group to the dictionary: organizations may add it from now on.
func (s *Service) AddEntry(ctx context.Context, op actor.Operator, e Entry) error {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return s.writeEntry(ctx, op, func(tx pg.Tx) (audit.Entry, error) {
		others, err := LoadDictionary(ctx, tx)
		if err != nil {
			return audit.Entry{}, err
		}
		g, err := e.Open(others)
		if err != nil {
			return audit.Entry{}, err
		}
		return audit.Entry{Action: "dictionary.add", Target: target(g.ID), Details: words(g)}, insertEntry(ctx, tx, g)
	})
}

// ChangeEntry changes the names of a group, and its name in the API as long as
// no organization has it. Of two who edit at once the second gets ErrEdited.
func (s *Service) ChangeEntry(ctx context.Context, op actor.Operator, id int16, e Entry) error {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	return s.writeEntry(ctx, op, func(tx pg.Tx) (audit.Entry, error) {
		before, err := lockEntry(ctx, tx, id)
		if err != nil {
			return audit.Entry{}, err
		}
		if before.Version != e.Version {
			return audit.Entry{}, ErrEdited
		}
		others, err := LoadDictionary(ctx, tx)
		if err != nil {
			return audit.Entry{}, err
		}
		e.ID = strconv.Itoa(int(id))
		g, err := e.Open(others)
		switch {
		case err != nil:
			return audit.Entry{}, err
		case g.Slug != before.Slug && before.Orgs > 0:
			return audit.Entry{}, ErrSlugUsed
		case g == before.Group:
			return audit.Entry{}, nil
		}
		c, was := audit.Changes{}, words(before.Group)
		for field, now := range words(g) {
			c.Note(field, was[field], now)
		}
		return audit.Entry{Action: "dictionary.change", Target: target(id), Details: c}, updateEntry(ctx, tx, g)
	})
}

// writeEntry lets do change the dictionary and notes what it did. Pages of this
// process show it at once, those of others within seconds.
func (s *Service) writeEntry(ctx context.Context, op actor.Operator, do func(pg.Tx) (audit.Entry, error)) error {
	err := gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		e, err := do(tx)
		if err != nil || e.Action == "" {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), e)
	})
	s.kept.Store(nil)
	return err
}

func words(g Group) map[string]string {
	return map[string]string{"slug": g.Slug, "uz": g.Uz, "ru": g.Ru, "en": g.En}
}
