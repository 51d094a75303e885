package legacy

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// batchRows is how many rows one transaction takes: long enough for COPY to
// pay, short enough to lose little and to hold locks for a fraction of a second.
const batchRows = 2000

// errTaken ends a run that is no longer ours: it was cancelled, or another
// worker took it over. The rows in hand belong to whoever goes on.
var errTaken = errors.New("import run was cancelled or taken over")

// Runner carries out runs.
type Runner struct {
	DB  *pgxpool.Pool
	Box *seal.Box
	// Progress is told after every batch; nil tells nobody.
	Progress func(Import)
	// Batch is how many rows one transaction takes; 0 means 2,000.
	Batch int
}

// Run carries an import out from where it stands to its end. It may be called
// again after any interruption, and by several workers at once: every batch
// moves the same counter, so a row is dealt with once. A file that cannot be
// read ends the run as failed and is no error of the runner.
func (r Runner) Run(ctx context.Context, id int64) error {
	imp, err := r.start(ctx, id)
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	err = r.read(ctx, imp)
	switch {
	case errors.Is(err, errTaken):
		return nil
	case fault.KindOf(err) == fault.Invalid:
		return r.fail(ctx, imp, err)
	case err != nil:
		return fmt.Errorf("import %d: %w", id, err)
	}
	return nil
}

func (r Runner) start(ctx context.Context, id int64) (imp Import, err error) {
	err = pg.InTx(ctx, r.DB, func(tx pg.Tx) error {
		imp, err = startRun(ctx, tx, id)
		return err
	})
	return imp, err
}

// read goes through the file and stores it batch by batch.
func (r Runner) read(ctx context.Context, imp Import) error {
	if err := r.count(ctx, &imp); err != nil {
		return err
	}
	rows, err := r.open(ctx, imp)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // only read from
	w := &work{Runner: r, imp: imp, from: imp.NextRow, next: imp.NextRow}
	if err := w.begin(ctx, rows); err != nil {
		return err
	}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return w.finish(ctx)
		}
		if err != nil {
			return w.stop(ctx, err)
		}
		w.take(row)
		if w.size() >= r.batch() {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (r Runner) batch() int {
	if r.Batch > 0 {
		return r.Batch
	}
	return batchRows
}

// open gives the rows of the stored file.
func (r Runner) open(ctx context.Context, imp Import) (sheet.Reader, error) {
	body, _, err := blob.Open(ctx, r.DB, imp.BlobID)
	if err != nil {
		return nil, err
	}
	return sheet.Open(body)
}

// count finds how many rows a text file has, for the progress: reading it once
// more takes a fraction of storing it. A workbook is too dear for that.
func (r Runner) count(ctx context.Context, imp *Import) error {
	if imp.TotalRows > 0 || imp.Format != sheet.CSV {
		return nil
	}
	rows, err := r.open(ctx, *imp)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // only read from
	total := -1                         // the header is none
	for {
		_, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		total++
	}
	imp.TotalRows = max(total, 0)
	return pg.InTx(ctx, r.DB, func(tx pg.Tx) error { return setTotal(ctx, tx, imp.ID, imp.TotalRows) })
}

// fail ends a run whose file cannot be read.
func (r Runner) fail(ctx context.Context, imp Import, cause error) error {
	f, _ := fault.As(cause)
	err := pg.InTx(ctx, r.DB, func(tx pg.Tx) error {
		if err := addComplaints(ctx, tx, imp.ID, []Complaint{ofFile(f)}); err != nil {
			return err
		}
		if err := endRun(ctx, tx, imp.ID, Failed, f.Key); err != nil {
			return err
		}
		return recordEnd(ctx, tx, imp.ID)
	})
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

// giveUp ends a run that failed at every attempt, so that nobody waits for it.
func (r Runner) giveUp(ctx context.Context, id int64) error {
	err := pg.InTx(ctx, r.DB, func(tx pg.Tx) error {
		if err := endRun(ctx, tx, id, Failed, "legacy.failure"); err != nil {
			return err
		}
		return recordEnd(ctx, tx, id)
	})
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

// recordEnd writes the line of a run that ended into the log.
func recordEnd(ctx context.Context, tx pg.Tx, id int64) error {
	imp, err := importByID(ctx, tx, id)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor.System("import"), audit.Entry{
		Action: endAction(imp.Status), Target: target(id),
		Details: map[string]any{
			"mode": imp.Mode, "file": imp.FileName, "good": imp.Good, "bad": imp.Bad,
			"created": imp.Created, "changed": imp.Changed, "unchanged": imp.Unchanged,
		},
	})
}

// endAction is what the log calls the end of a run.
func endAction(s Status) string {
	switch s {
	case Failed:
		return "import.fail"
	case Cancelled:
		return "import.stop"
	}
	return "import.finish"
}

// work is a run under way.
type work struct {
	Runner
	imp    Import
	opener *opener
	from   int // first row of the batch, as it is stored in the import
	next   int // row after the last one taken
	batch  batch
}

// begin reads the header. What is to be said about it goes with the first batch.
func (w *work) begin(ctx context.Context, rows sheet.Reader) error {
	first, err := rows.Next()
	if errors.Is(err, io.EOF) {
		return sheet.ErrEmpty
	}
	if err != nil {
		return err
	}
	groups, err := productgroup.LoadDictionary(ctx, w.DB)
	if err != nil {
		return err
	}
	h, told := readHeader(first)
	w.opener = newOpener(h, groups)
	refused := false
	for _, c := range told {
		refused = refused || !c.Note()
	}
	for _, n := range rows.Notes() {
		told = append(told, complaint(0, n.Key, n.Key, "", n.Args...))
	}
	if w.from == 0 {
		w.batch.complaints = told
	}
	if refused {
		return w.stop(ctx, errHeader)
	}
	return nil
}

// stop stores what was read before the file turned out to be unreadable.
func (w *work) stop(ctx context.Context, cause error) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	return cause
}

// take opens a row. Rows before the batch are only shown to the opener, which
// has to know their numbers.
func (w *work) take(row sheet.Row) {
	c, told := w.opener.open(row)
	if row.N < w.from {
		return
	}
	w.next = row.N + 1
	if len(told) > 0 {
		w.batch.bad++
		w.batch.complaints = append(w.batch.complaints, told...)
		return
	}
	w.batch.candidates = append(w.batch.candidates, c)
}

func (w *work) size() int { return w.batch.bad + len(w.batch.candidates) }

// flush stores the batch and its progress in one transaction.
func (w *work) flush(ctx context.Context) error {
	if w.size() == 0 && len(w.batch.complaints) == 0 {
		return nil
	}
	var tally Tally
	err := pg.InTx(ctx, w.DB, func(tx pg.Tx) error {
		if err := holdRun(ctx, tx, w.imp.ID, w.from); err != nil {
			return err
		}
		t, told, err := w.batch.storeTx(ctx, tx, w.Box, w.imp)
		if err != nil {
			return err
		}
		if err := addComplaints(ctx, tx, w.imp.ID, append(w.batch.complaints, told...)); err != nil {
			return err
		}
		tally = t
		return moveRun(ctx, tx, w.imp.ID, w.next, t)
	})
	if err != nil {
		return err
	}
	w.from, w.batch = w.next, batch{}
	w.imp.NextRow, w.imp.Tally = w.next, w.imp.plus(tally)
	w.tell()
	return nil
}

func (w *work) tell() {
	if w.Progress != nil {
		w.Progress(w.imp)
	}
}

// finish stores the rest and ends the run.
func (w *work) finish(ctx context.Context) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	if w.imp.Rows() == 0 {
		return ErrNoRows
	}
	err := pg.InTx(ctx, w.DB, func(tx pg.Tx) error {
		if err := holdRun(ctx, tx, w.imp.ID, w.from); err != nil {
			return err
		}
		if err := endRun(ctx, tx, w.imp.ID, Done, ""); err != nil {
			return err
		}
		return recordEnd(ctx, tx, w.imp.ID)
	})
	if err != nil {
		return err
	}
	w.imp.Status = Done
	w.tell()
	return nil
}
