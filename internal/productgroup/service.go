package productgroup

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Service is what members and the operator do with product groups.
type Service struct {
	DB *pgxpool.Pool
	// Link lets the member who adds a group, and the administrators who are not
	// in all groups anyway, work in it (member.LinkGroupTx): nobody adds a group
	// in order to be refused in it.
	Link func(ctx context.Context, tx pg.Tx, orgID int64, groupID int16, memberID int64) error

	kept atomic.Pointer[kept]
}

// kept is the dictionary as it was read.
type kept struct {
	Dictionary
	read time.Time
}

// keptFor is how long pages show the groups as they were read: what staff
// change shows in every process within seconds.
const keptFor = 5 * time.Second

// Dictionary gives the groups there are, as they were at most five seconds ago.
// What decides by them reads them in its own transaction (LoadDictionary).
//
//gate:none the groups of the marking system are public
func (s *Service) Dictionary(ctx context.Context) (Dictionary, error) {
	if d := s.kept.Load(); d != nil && clock.Since(d.read) < keptFor {
		return d.Dictionary, nil
	}
	d, err := LoadDictionary(ctx, s.DB)
	if err != nil {
		return Dictionary{}, err
	}
	s.kept.Store(&kept{d, clock.System()})
	return d, nil
}

// OfOrg lists the groups of an organization for the operator.
func (s *Service) OfOrg(ctx context.Context, op actor.Operator, orgID int64) ([]OrgGroup, error) {
	if err := op.Need(perm.OpOrgRead); err != nil {
		return nil, err
	}
	return OfOrg(ctx, s.DB, orgID)
}

// Own are the groups of the reader's organization.
type Own struct {
	Groups []OrgGroup // by number
	Left   []Group    // what it has not added yet
}

// Own lists the groups of the reader's organization and those it may add.
func (s *Service) Own(ctx context.Context, a actor.Actor) (Own, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Own{}, err
	}
	groups, err := OfOrg(ctx, s.DB, a.OrgID)
	if err != nil {
		return Own{}, err
	}
	d, err := s.Dictionary(ctx)
	return Own{Groups: groups, Left: d.without(groups)}, err
}

// Record is one group of an organization with its history.
type Record struct {
	OrgGroup
	History []Event // the newest first; empty for who may not read events
}

// Event is a line of the log about a group.
type Event struct {
	At     time.Time
	Action string // key of its words after "audit."
	By     string
	Staff  bool // done by the operator
}

// historySize is how many lines of the log a record shows.
const historySize = 20

// Get gives a group of the reader's organization, or ErrNotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int16) (Record, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Record{}, err
	}
	g, err := One(ctx, s.DB, a.OrgID, id)
	if err != nil || a.Need(perm.EventRead) != nil {
		return Record{OrgGroup: g}, err
	}
	lines, _, err := audit.List(ctx, s.DB, audit.Filter{OrgID: a.OrgID, Target: target(id), Limit: historySize})
	r := Record{OrgGroup: g}
	for _, l := range lines {
		r.History = append(r.History, Event{At: l.At, Action: l.Action, By: l.ActorName, Staff: l.ActorKind == "staff"})
	}
	return r, err
}

// Add connects the organization with a group, active at once, for the member
// and the administrators to work in. Of two who add it at the same moment the
// second gets ErrTaken.
func (s *Service) Add(ctx context.Context, a actor.Actor, d Draft) (id int16, err error) {
	err = gate.InTx(ctx, s.DB, a, perm.GroupManage, func(tx pg.Tx) error {
		id, err = s.add(ctx, tx, a, d)
		return err
	})
	return id, err
}

func (s *Service) add(ctx context.Context, tx pg.Tx, a actor.Actor, d Draft) (int16, error) {
	groups, err := LoadDictionary(ctx, tx)
	if err != nil {
		return 0, err
	}
	c, err := d.Open(groups)
	if err != nil {
		return 0, err
	}
	if err := insertGroup(ctx, tx, a.OrgID, c); err != nil {
		return 0, err
	}
	if err := s.Link(ctx, tx, a.OrgID, c.ID, a.MemberID); err != nil {
		return 0, err
	}
	g, _ := groups.Find(c.ID)
	err = audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "group.add", Target: target(c.ID), Details: map[string]any{"group": g.Slug, "issuer": c.Issuer},
	})
	if err != nil {
		return 0, err
	}
	return c.ID, notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: a.OrgID, Kind: notice.Organization, Key: addedKey(c.Issuer),
		Args: append(g.NoticeArgs(), "person", a.Name), Path: "/org/groups/" + strconv.Itoa(int(c.ID)),
	})
}

func addedKey(issuer bool) string {
	if issuer {
		return "productgroup.notice.issuer."
	}
	return "productgroup.notice.other."
}

// SetIssuerTx changes the issuer flag by a decision of the operator; who has it
// already keeps it, and nothing is noted. The group must be the organization's
// (ErrNotFound) and not blocked (ErrBlocked).
func SetIssuerTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID int64, id int16, issuer bool) error {
	g, err := lockGroup(ctx, tx, orgID, id)
	switch {
	case err != nil:
		return err
	case g.Status == Blocked:
		return ErrBlocked
	case g.Issuer == issuer:
		return nil
	}
	if err := updateIssuer(ctx, tx, orgID, id, issuer); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Entry{
		OrgID: orgID, Action: "group.issuer", Target: target(id), Details: audit.Changes{"issuer": {Before: g.Issuer, After: issuer}},
	})
}

func target(id int16) string { return "group:" + strconv.Itoa(int(id)) }
