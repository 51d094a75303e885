package legacy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// shownComplaints is how many the command line prints; the page has them all.
const shownComplaints = 50

// RunFile checks a file, or imports it, from the command line: the same run as
// the operator's, in this process, with progress and complaints written to out
// in the language of the context. The import stays among those of the operator.
// It gives the import at its end.
//
//gate:none whoever may run commands on the server may do this
func RunFile(ctx context.Context, s *Service, path string, apply bool, out io.Writer) (Import, error) {
	id, err := s.storeLocal(ctx, path, apply)
	if err != nil {
		return Import{}, err
	}
	run := Runner{DB: s.DB, Box: s.Box, Progress: func(i Import) {
		_, _ = fmt.Fprintln(out, ProgressLine(ctx, i)) // a closed terminal stops nothing
	}}
	err = run.Run(ctx, id)
	if errors.Is(ctx.Err(), context.Canceled) {
		return Import{}, errors.Join(err, abandon(ctx, s, id))
	}
	if err != nil {
		return Import{}, err
	}
	imp, err := importByID(ctx, s.DB, id)
	if err != nil {
		return Import{}, err
	}
	return imp, printComplaints(ctx, s, imp, out)
}

// storeLocal stores a file of this machine.
func (s *Service) storeLocal(ctx context.Context, path string, apply bool) (id int64, err error) {
	f, err := os.Open(path) //nolint:gosec // named by whoever runs the command
	if err != nil {
		return 0, fmt.Errorf("open file: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	format, err := sniff(f)
	if err != nil {
		return 0, err
	}
	who := actor.System("cli")
	imp := Import{FileName: filepath.Base(path), Format: format, Mode: Check, StaffName: who.Name}
	if apply {
		imp.Mode = Apply
	}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if id, err = storeFile(ctx, tx, imp, f); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{
			Action: "import.upload", Target: target(id), Details: map[string]any{"file": imp.FileName, "mode": imp.Mode},
		})
	})
	return id, err
}

// abandon marks a run as cancelled that the person at the terminal broke off.
func abandon(ctx context.Context, s *Service, id int64) error {
	ctx = context.WithoutCancel(ctx)
	err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return cancelRun(ctx, tx, id) })
	if errors.Is(err, ErrOver) {
		return nil
	}
	return err
}

// ProgressLine says how far a run is: "2 000 of 100 000 rows, 12 with errors".
func ProgressLine(ctx context.Context, i Import) string {
	if i.TotalRows == 0 {
		return i18n.T(ctx, "legacy.progress.open", "done", i.Rows(), "bad", i.Bad)
	}
	return i18n.T(ctx, "legacy.progress.of", "done", i.Rows(), "total", i.TotalRows, "bad", i.Bad)
}

// printComplaints writes the first complaints and the totals.
func printComplaints(ctx context.Context, s *Service, imp Import, out io.Writer) error {
	told, err := complaintsAfter(ctx, s.DB, imp.ID, -1, "", shownComplaints+1)
	if err != nil {
		return err
	}
	for i, c := range told {
		if i == shownComplaints {
			_, _ = fmt.Fprintln(out, i18n.T(ctx, "legacy.file.more", "id", fmt.Sprint(imp.ID))) // a closed terminal stops nothing
			break
		}
		_, _ = fmt.Fprintf(out, "%d %s: %s. %s (%s)\n", c.Row, c.Field, c.Reason(ctx), c.Advice(ctx), c.Found)
	}
	_, err = fmt.Fprintln(out, i18n.T(ctx, "legacy.totals."+string(imp.Mode),
		"created", imp.Created, "changed", imp.Changed, "unchanged", imp.Unchanged, "bad", imp.Bad))
	return err
}
