package place

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// ErrLast is the refusal to block the last active place (domain.md F16).
var ErrLast = fault.New(fault.Conflict, "place.block.last")

// Fields of the form that blocks a place.
const (
	FieldConfirm   = "confirm"
	FieldSuccessor = "successor"
)

// Dependant is a user who works at a place.
type Dependant struct {
	ID   int64  `json:"id"`
	Uz   string `json:"uz"`
	Ru   string `json:"ru"`
	En   string `json:"en"`
	Only bool   `json:"only"` // and at no other active one
}

// Name is the user's name in a language; a missing one is the Uzbek one.
func (d Dependant) Name(lang string) string {
	switch {
	case lang == "ru" && d.Ru != "":
		return d.Ru
	case lang == "en" && d.En != "":
		return d.En
	}
	return d.Uz
}

// Dependants is what depends on a place.
type Dependants struct {
	Users      int         // who has the place among chosen ones
	Stranded   int         // of them, who has no other active place
	Everywhere int         // users with all places: they lose nothing else
	Named      []Dependant // the first of Users, the stranded ones before
}

// Unnamed is how many of the users are not named.
func (d Dependants) Unnamed() int { return d.Users - len(d.Named) }

// Blocking is what the page before the block of a place shows.
type Blocking struct {
	Place
	Dependants
	Others []Place // active ones, one of which takes over from a main place
}

// Last reports whether the place cannot be blocked for want of another one.
func (b Blocking) Last() bool { return len(b.Others) == 0 }

// namedDependants is how many users the page names.
const namedDependants = 20

// Blocking reads what depends on an active place; a blocked one is ErrBlocked.
func (s *Service) Blocking(ctx context.Context, a actor.Actor, id int32) (b Blocking, err error) {
	if err := a.Need(perm.PlaceManage); err != nil {
		return b, err
	}
	if b.Place, err = onePlace(ctx, s.DB, a.OrgID, id); err != nil {
		return b, err
	}
	if !b.Active() {
		return b, ErrBlocked
	}
	if b.Dependants, err = dependants(ctx, s.DB, a.OrgID, id, namedDependants); err != nil {
		return b, err
	}
	b.Others, err = otherPlaces(ctx, s.DB, a.OrgID, id)
	return b, err
}

// BlockForm is what a person typed to block a place.
type BlockForm struct {
	Confirm   string // the place's name
	Successor string // number of the next main place, when this is the main one
}

// open judges the form against the place: the name proves that this place is
// meant, small differences of writing aside.
func (f BlockForm) open(p Place) (successor int32, err error) {
	var wrong fault.Form
	wrong.Check(strings.TrimSpace(f.Confirm) != "", FieldConfirm, "place.block.confirm_missing")
	wrong.Check(sameName(f.Confirm, p.Name), FieldConfirm, "place.block.confirm", "name", p.Name)
	if p.Main {
		n, err := strconv.ParseInt(f.Successor, 10, 32)
		wrong.Check(err == nil && n > 0 && int32(n) != p.ID, FieldSuccessor, "place.block.successor")
		successor = int32(n)
	}
	return successor, wrong.Err()
}

// sameName forgives case, spaces, apostrophes and script; a name of signs that
// the search does not know is compared as it is.
func sameName(typed, name string) bool {
	if folded := fold.Text(name); folded != "" {
		return fold.Text(typed) == folded
	}
	return strings.EqualFold(strings.Join(strings.Fields(typed), " "), name)
}

// Block ends the use of a place for good. The main one hands over to a successor
// in the same transaction; the last active one is refused: ErrLast. The
// organization and its administrators are told.
func (s *Service) Block(ctx context.Context, a actor.Actor, id int32, f BlockForm) error {
	return gate.InTx(ctx, s.DB, a, perm.PlaceManage, func(tx pg.Tx) error {
		p, err := held(ctx, tx, a.OrgID, id)
		if err != nil {
			return err
		}
		_, active, err := tally(ctx, tx, a.OrgID)
		switch {
		case err != nil:
			return err
		case active < 2:
			return ErrLast
		}
		successor, err := f.open(p)
		if err != nil {
			return err
		}
		return blockTx(ctx, tx, a, p, successor)
	})
}

func blockTx(ctx context.Context, tx pg.Tx, a actor.Actor, p Place, successor int32) error {
	if err := blockPlace(ctx, tx, a.OrgID, p.ID); err != nil {
		return err
	}
	details := map[string]any{"name": p.Name}
	if p.Main {
		if err := moveMainTx(ctx, tx, a, successor); err != nil {
			return err
		}
		details["successor"] = successor
	}
	if err := record(ctx, tx, a, "place.block", p.ID, details); err != nil {
		return err
	}
	return tell(ctx, tx, a, p)
}

// tell writes to the organization's own address and to its administrators.
func tell(ctx context.Context, tx pg.Tx, a actor.Actor, p Place) error {
	id := strconv.Itoa(int(p.ID))
	n := notice.Notice{
		OrgID: a.OrgID, Kind: notice.Organization, Key: "place.notice.blocked.",
		Args: []string{"id", id, "place", p.Name, "who", a.Name}, Path: "/org/places/" + id,
	}
	if err := notice.ToAdminsTx(ctx, tx, n); err != nil {
		return err
	}
	return notice.ToOrgTx(ctx, tx, n)
}
