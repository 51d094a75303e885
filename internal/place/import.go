package place

import (
	"context"
	"io"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// ErrNoImport is the refusal of a number that names no file of the organization.
var ErrNoImport = fault.New(fault.NotFound, "place.import.not_found")

// Import is a file of places: checked, and applied or not yet.
type Import struct {
	ID        string
	File      File // its rows are gone once it is applied
	Plan      Plan // what applying it would do now; empty once it is applied
	Added     int  // by applying it
	Changed   int
	CreatedAt time.Time
	AppliedAt time.Time // zero while it waits
}

// Applied reports whether the file was applied.
func (i Import) Applied() bool { return !i.AppliedAt.IsZero() }

// Bad is how many rows are left out.
func (i Import) Bad() int { return i.File.Bad + i.Plan.Bad }

// Told is what is wrong, in the order of the rows.
func (i Import) Told() []Complaint { return ordered(i.File.Told, i.Plan.Told) }

// ordered merges two lists that are in the order of their rows.
func ordered(a, b []Complaint) []Complaint {
	all := make([]Complaint, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].Row < a[0].Row {
			a, b = b, a
		}
		all, a = append(all, a[0]), a[1:]
	}
	return append(append(all, a...), b...)
}

// Upload reads a file and keeps its good rows until somebody applies them;
// nothing changes yet.
func (s *Service) Upload(ctx context.Context, a actor.Actor, name string, in io.Reader) (id string, err error) {
	if err := a.Need(perm.PlaceManage); err != nil {
		return "", err
	}
	f, err := ReadFile(name, in)
	if err != nil {
		return "", err
	}
	err = gate.InTx(ctx, s.DB, a, perm.PlaceManage, func(tx pg.Tx) error {
		if err := dropStale(ctx, tx, a.OrgID); err != nil {
			return err
		}
		id, err = insertImport(ctx, tx, a.OrgID, a.MemberID, f)
		return err
	})
	return id, err
}

// Import reads a file and says what applying it would do at this moment.
func (s *Service) Import(ctx context.Context, a actor.Actor, id string) (Import, error) {
	if err := a.Need(perm.PlaceManage); err != nil {
		return Import{}, err
	}
	i, err := oneImport(ctx, s.DB, a.OrgID, id)
	if err != nil || i.Applied() {
		return i, err
	}
	all, err := allPlaces(ctx, s.DB, a.OrgID)
	i.Plan = MakePlan(i.File.Rows, all)
	return i, err
}

// Apply stores the good rows of a checked file, all of them or none. What is
// good is judged anew: places may have changed since the check. A file that is
// applied already stays as it is.
func (s *Service) Apply(ctx context.Context, a actor.Actor, id string) error {
	return gate.InTx(ctx, s.DB, a, perm.PlaceManage, func(tx pg.Tx) error {
		if err := holdOrg(ctx, tx, a.OrgID); err != nil {
			return err
		}
		i, err := oneImport(ctx, tx, a.OrgID, id)
		if err != nil || i.Applied() {
			return err
		}
		all, err := allPlaces(ctx, tx, a.OrgID)
		if err != nil {
			return err
		}
		i.Plan = MakePlan(i.File.Rows, all)
		if len(all)+len(i.Plan.Add) > MaxPlaces {
			return ErrMany
		}
		return applyTx(ctx, tx, a, i)
	})
}

func applyTx(ctx context.Context, tx pg.Tx, a actor.Actor, i Import) error {
	added, err := insertPlaces(ctx, tx, a.OrgID, i.Plan.Add)
	if err != nil {
		return err
	}
	if err := updatePlaces(ctx, tx, a.OrgID, i.Plan.Change); err != nil {
		return err
	}
	if len(added) > 0 {
		if err := member.LinkPlacesTx(ctx, tx, a.OrgID, added, a.MemberID); err != nil {
			return err
		}
	}
	if err := audit.RecordMany(ctx, tx, a.Subject(), i.entries(a.OrgID, added)); err != nil {
		return err
	}
	return markApplied(ctx, tx, a.OrgID, i)
}

// entries are a line for each place and one for the file.
func (i Import) entries(orgID int64, added []int32) []audit.Entry {
	es := []audit.Entry{{
		OrgID: orgID, Action: "place.import", Target: "place_import:" + i.ID,
		Details: map[string]any{"file": i.File.Name, "added": len(i.Plan.Add), "changed": len(i.Plan.Change), "left_out": i.Bad()},
	}}
	for n, id := range added {
		es = append(es, audit.Entry{OrgID: orgID, Action: "place.create", Target: target(id), Details: created(Imported, i.Plan.Add[n].Fields)})
	}
	for _, c := range i.Plan.Change {
		es = append(es, audit.Entry{OrgID: orgID, Action: "place.change", Target: target(c.Old.ID), Details: c.Old.until(c.New)})
	}
	return es
}
