package card

import (
	"context"
	"time"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

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
	DecidedAt time.Time
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
	r.Missing = r.Version.Content.Lacks(r.Now)
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
	if now, err = attribute.BookFor(ctx, q, c.Group, c.Codes()); err != nil || now.Set.Version == c.Set {
		return now, now, err
	}
	then = now      // codes are those of today
	if c.Set == 0 { // the group had no set yet
		then.Set = attribute.Set{Group: c.Group}
		return then, now, nil
	}
	then.Set, err = attribute.SetAt(ctx, q, c.Group, c.Set)
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
