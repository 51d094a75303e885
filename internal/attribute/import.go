package attribute

import (
	"context"
	"fmt"
	"io"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// ErrNoImport is the refusal of a number that names no file of the dictionary.
var ErrNoImport = fault.New(fault.NotFound, "attribute.file.not_found")

// Import is a file of codes: checked, and applied or not yet.
type Import struct {
	ID        int64
	File      File // its rows are gone once it is applied
	By        string
	Added     int // by applying it, or what applying it would do now
	Changed   int
	CreatedAt time.Time
	AppliedAt time.Time // zero while it waits
}

// Applied reports whether the file was applied.
func (i Import) Applied() bool { return !i.AppliedAt.IsZero() }

// Upload reads a file of codes and keeps its good rows until somebody applies
// them; nothing changes yet.
func (s *Service) Upload(ctx context.Context, op actor.Operator, group int16, list List, name string, in io.Reader) (id int64, err error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return 0, err
	}
	f, err := ReadFile(list, name, in)
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		if err := dropStale(ctx, tx); err != nil {
			return err
		}
		id, err = insertImport(ctx, tx, group, list, op.Name, f)
		return err
	})
	return id, err
}

// Import reads a file of a dictionary and says what applying it would do at this
// moment.
func (s *Service) Import(ctx context.Context, op actor.Operator, group int16, list List, id int64) (Import, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return Import{}, err
	}
	i, err := oneImport(ctx, s.DB, group, list, id)
	if err != nil || i.Applied() {
		return i, err
	}
	i.Added, i.Changed, err = compare(ctx, s.DB, group, list, i.File.Rows)
	return i, err
}

// Apply stores the good rows of a checked file: new codes are added, others get
// its names and state. What the file does not name stays. A file that is applied
// already stays as it is.
func (s *Service) Apply(ctx context.Context, op actor.Operator, group int16, list List, id int64) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		i, err := lockImport(ctx, tx, group, list, id)
		if err != nil || i.Applied() {
			return err
		}
		i.Added, i.Changed, err = upsertCodes(ctx, tx, group, list, i.File.Rows)
		if err != nil {
			return err
		}
		if err := markApplied(ctx, tx, i); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{
			Action: "reference.import", Target: codeTarget(group, list, ""),
			Details: map[string]any{"file": i.File.Name, "added": i.Added, "changed": i.Changed, "left_out": i.File.Bad},
		})
	})
}

// compare says how many rows are new and how many differ from what is stored.
func compare(ctx context.Context, q pg.Querier, group int16, list List, rows []FileRow) (added, changed int, err error) {
	all, err := allCodes(ctx, q, group, list)
	if err != nil {
		return 0, 0, err
	}
	stored := make(map[string]Entry, len(all))
	for _, e := range all {
		stored[e.Code.Code] = e
	}
	for _, r := range rows {
		e, ok := stored[r.Code]
		switch {
		case !ok:
			added++
		case e.Name != r.Name || e.Off != r.Off:
			changed++
		}
	}
	return added, changed, nil
}

func texts(args []any) []string {
	all := make([]string, len(args))
	for i, a := range args {
		all[i] = fmt.Sprint(a)
	}
	return all
}
