package place

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Service keeps the places of organizations.
type Service struct{ DB *pgxpool.Pool }

// Find gives a page of the actor's organization's places.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (Page, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Page{}, err
	}
	f = f.Clean()
	at, err := f.spot()
	if err != nil {
		return Page{}, err
	}
	p, err := countPlaces(ctx, s.DB, a.OrgID, f)
	if err != nil {
		return Page{}, err
	}
	p.Rows, err = selectPage(ctx, s.DB, a.OrgID, f, at)
	p.Rows, p.Next = page.Cut(p.Rows, f.Size, cursorOf)
	return p, err
}

// Export gives every place that a filter chooses; there are at most MaxPlaces.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Filter) ([]Place, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	f = f.Clean()
	f.After, f.Size = "", MaxPlaces
	return selectPage(ctx, s.DB, a.OrgID, f, spot{})
}

// Place reads one place of the actor's organization.
func (s *Service) Place(ctx context.Context, a actor.Actor, id int32) (Place, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Place{}, err
	}
	return onePlace(ctx, s.DB, a.OrgID, id)
}

// historyShown is how many lines of the log a page of a place shows.
const historyShown = 25

// History gives what was done to a place, the newest first, older than the line
// before (0: all), and whether older ones follow.
func (s *Service) History(ctx context.Context, a actor.Actor, id int32, before int64) ([]Event, bool, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, false, err
	}
	lines, more, err := audit.List(ctx, s.DB, audit.Filter{OrgID: a.OrgID, Target: target(id), Before: before, Limit: historyShown})
	return events(lines), more, err
}

// Create adds a place for the actor's organization and links it to the actor and
// the administrators. A form that was sent before makes no second place: the
// first one's id comes back.
func (s *Service) Create(ctx context.Context, a actor.Actor, formKey string, d Draft) (id int32, err error) {
	if err := a.Need(perm.PlaceManage); err != nil {
		return 0, err
	}
	f, err := d.Open()
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.PlaceManage, func(tx pg.Tx) error {
		if err := holdOrg(ctx, tx, a.OrgID); err != nil {
			return err
		}
		if id, err = madeBy(ctx, tx, a.OrgID, formKey); id != 0 || err != nil {
			return err
		}
		id, err = createTx(ctx, tx, a, formKey, f)
		return err
	})
	return id, err
}

func createTx(ctx context.Context, tx pg.Tx, a actor.Actor, formKey string, f Fields) (int32, error) {
	all, active, err := tally(ctx, tx, a.OrgID)
	if err != nil {
		return 0, err
	}
	if all >= MaxPlaces {
		return 0, ErrMany
	}
	if err := rival(ctx, tx, a.OrgID, 0, f); err != nil {
		return 0, err
	}
	id, err := insertPlace(ctx, tx, a.OrgID, f, active == 0, formKey)
	if err != nil {
		return 0, err
	}
	if err := member.LinkPlacesTx(ctx, tx, a.OrgID, []int32{id}, a.MemberID); err != nil {
		return 0, err
	}
	return id, record(ctx, tx, a, "place.create", id, created(Manual, f))
}

// Change stores what a person typed about a place. version is the one that the
// person began from: when somebody else has changed the place since, nothing
// changes and the error is ErrEdited. A blocked place stays as it is: ErrBlocked.
func (s *Service) Change(ctx context.Context, a actor.Actor, id int32, version int, d Draft) error {
	if err := a.Need(perm.PlaceManage); err != nil {
		return err
	}
	f, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.PlaceManage, func(tx pg.Tx) error {
		p, err := held(ctx, tx, a.OrgID, id)
		switch {
		case err != nil:
			return err
		case p.equal(f):
			return nil
		case p.Version != version:
			return ErrEdited
		}
		return changeTx(ctx, tx, a, p, f)
	})
}

func changeTx(ctx context.Context, tx pg.Tx, a actor.Actor, p Place, f Fields) error {
	if err := rival(ctx, tx, a.OrgID, p.ID, f); err != nil {
		return err
	}
	done, err := updatePlace(ctx, tx, a.OrgID, p.ID, p.Version, f)
	switch {
	case err != nil:
		return err
	case !done:
		return ErrEdited
	}
	return record(ctx, tx, a, "place.change", p.ID, p.until(f))
}

// held gives an active place while nobody else can change the organization's
// places.
func held(ctx context.Context, tx pg.Tx, orgID int64, id int32) (Place, error) {
	if err := holdOrg(ctx, tx, orgID); err != nil {
		return Place{}, err
	}
	p, err := onePlace(ctx, tx, orgID, id)
	if err == nil && !p.Active() {
		return Place{}, ErrBlocked
	}
	return p, err
}

// MakeMain makes an active place the main one; the one before stays active.
func (s *Service) MakeMain(ctx context.Context, a actor.Actor, id int32) error {
	return gate.InTx(ctx, s.DB, a, perm.PlaceManage, func(tx pg.Tx) error {
		p, err := held(ctx, tx, a.OrgID, id)
		if err != nil || p.Main {
			return err
		}
		return moveMainTx(ctx, tx, a, id)
	})
}

// moveMainTx makes id the main place; the caller holds the organization.
func moveMainTx(ctx context.Context, tx pg.Tx, a actor.Actor, id int32) error {
	done, err := moveMain(ctx, tx, a.OrgID, id)
	switch {
	case err != nil:
		return err
	case !done:
		return ErrSuccessor
	}
	return record(ctx, tx, a, "place.main", id, nil)
}

func record(ctx context.Context, tx pg.Tx, a actor.Actor, action string, id int32, details any) error {
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: action, Target: target(id), Details: details})
}

func target(id int32) string { return fmt.Sprintf("place:%d", id) }

// ParseID reads the number of a place; what is none names nothing.
func ParseID(s string) (int32, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n <= 0 {
		return 0, ErrNotFound
	}
	return int32(n), nil
}

// ErrSuccessor says that the place chosen as the next main one is not active.
var ErrSuccessor = fault.New(fault.Invalid, "place.block.successor").On(FieldSuccessor)
